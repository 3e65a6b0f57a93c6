"""From displacements and from jumps to diffusion and conductivity."""
