"""Transfer learning: features of a backbone (`extract`), a head on them (`head`), fine-tuning (`finetune`)."""
