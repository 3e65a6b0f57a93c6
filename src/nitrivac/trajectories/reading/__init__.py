"""Files of molecular dynamics, frame by frame in constant memory."""
