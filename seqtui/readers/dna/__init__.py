"""FASTA, FASTQ, GenBank and tables in, sequences of bases out; samples and predictions as FASTA."""
