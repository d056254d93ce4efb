#!/bin/sh
# Make the models that ship with seqtui again, from the open data sets that they were trained on:
#
#     sh pretrained/train.sh RUNS [NAME…]
#
# Trains those named (all, if none is) in RUNS/NAME and exports them to RUNS/export/NAME: weights, config.json, card.md
# and the seal, as they lie here. What is finished already is left alone. One core, some minutes a model; the same
# version of torch on the same kind of processor makes the same weights. Sets that are not here are fetched.
set -eu

runs=${1:?usage: sh pretrained/train.sh RUNS [NAME…]}
shift
wanted=" $* "

data() {
    seqtui data where "$1" >/dev/null 2>&1 || seqtui data fetch "$1" >/dev/null
}

model() {
    name=$1
    shift
    case "$wanted" in "  " | *" $name "*) ;; *) return 0 ;; esac
    if [ -f "$runs/export/$name/model.safetensors" ]; then return 0; fi
    if [ -d "$runs/$name" ]; then
        seqtui resume "$runs/$name"/* --quiet
    else
        seqtui run "$@" --threads 1 --run-dir "$runs/$name" --no-export --quiet
    fi
    mkdir -p "$runs/export/$name"
    seqtui export "$runs/$name"/* --format safetensors -o "$runs/export/$name/model.safetensors"
}

data fsdd
model spoken-digits speech --data fsdd --epochs 12 --time-masks 2 --band-masks 2

data js-fakes
model chorales music --data js-fakes --steps-per-beat 2 --hidden-size 256 --epochs 30

data uci-splice
model splice-sites dna --data uci-splice --context 9 --positions --pooling mean --dropout 0.3 --epochs 15

data uci-promoters
model promoters dna --data uci-promoters --backbone rnn --hidden-size 32 --embedding-size 64 --context 1 --pairs \
    --positions --pooling sites --dropout 0.3 --batch-size 16 --lr 0.005 --epochs 30

data tiny-shakespeare
model shakespeare language --data tiny-shakespeare --hidden-size 320 --embedding-size 64 --bptt 64 --optimizer adamw \
    --weight-decay 0.02 --lr 0.006 --epochs 4

data mr-polarity
model film-reviews sentiment --data mr-polarity --dropout 0.6 --word-dropout 0.4 --lr 0.002 --optimizer adamw \
    --weight-decay 0.05 --best-by score --epochs 8

model motions video --epochs 8

data ncbi-disease
model diseases ner --data ncbi-disease --dropout 0.5 --optimizer adamw --weight-decay 0.05 --lr 0.003 --schedule cosine \
    --epochs 8

data fra-eng
model english-french translation --data fra-eng --max-length 9 --vocabulary 5000 --valid-share 0.02 --hidden-size 128 \
    --embedding-size 96 --dropout 0.2 --batch-size 64 --lr 0.003 --epochs 5

data wikigold
model names ner --data wikigold --dropout 0.5 --optimizer adamw --weight-decay 0.05 --lr 0.003 --schedule cosine \
    --epochs 10

model shakespeare-words language --data tiny-shakespeare --unit word --vocabulary-size 5000 --hidden-size 160 \
    --embedding-size 160 --tie-weights --locked-dropout --dropout 0.4 --weight-drop 0.2 --batch-size 20 --bptt 50 \
    --optimizer adamw --weight-decay 0.02 --lr 0.004 --epochs 6
