"""From jump rates to diffusion tensors and conductivity."""
