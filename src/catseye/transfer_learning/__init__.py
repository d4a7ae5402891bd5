"""What a backbone makes of pictures (`extract`), a head on it (`head`), the whole trained on (`finetune`)."""
