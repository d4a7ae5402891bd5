"""What a picture is to a network: scalar, vector, matrix, volume and batch, down to the numbers."""
