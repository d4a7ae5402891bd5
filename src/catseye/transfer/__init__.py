"""Transfer: what a backbone makes of pictures (`extract`), a head on it (`head`), the whole tuned (`finetune`)."""
