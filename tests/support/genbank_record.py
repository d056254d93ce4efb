"""A GenBank record with two features of each of two kinds."""

GENBANK = """LOCUS       TEST                      240 bp   DNA     linear   BCT 01-JAN-2000
DEFINITION  A test.
ACCESSION   TEST
VERSION     TEST.1
FEATURES             Location/Qualifiers
     CDS             1..9
     CDS             13..21
     rRNA            25..33
     rRNA            37..45
ORIGIN
        1 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt
       61 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt
      121 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt
      181 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt
//
"""
