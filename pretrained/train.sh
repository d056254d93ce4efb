#!/bin/sh
# Make the models that ship with seqtui again, from the open data sets that they were trained on:
#
#     sh pretrained/train.sh RUNS [NAME…]
#
# Trains those named (all, if none is) in RUNS/NAME and exports them to RUNS/export/NAME: weights, config.json, card.md,
# card.json and the seal, as they lie here. What is finished already is left alone. One core, a minute or a few a model;
# the same version of torch on the same kind of processor makes the same weights. Sets that are not here are fetched.
set -eu

runs=${1:?usage: sh pretrained/train.sh RUNS [NAME…]}
shift
wanted=" $* "

# model NAME SET|- EXPORT_OPTIONS|- APP OPTION…
model() {
    name=$1 set=$2 how=$3
    shift 3
    case "$wanted" in "  " | *" $name "*) ;; *) return 0 ;; esac
    if [ -f "$runs/export/$name/model.safetensors" ]; then return 0; fi
    if [ "$set" != - ]; then
        seqtui data where "$set" >/dev/null 2>&1 || seqtui data fetch "$set" >/dev/null
        set -- "$@" --data "$set"
    fi
    if [ -d "$runs/$name" ]; then
        seqtui resume "$runs/$name"/* --quiet
    else
        seqtui run "$@" --threads 1 --run-dir "$runs/$name" --no-export --quiet
    fi
    mkdir -p "$runs/export/$name"
    [ "$how" = - ] && how=
    # shellcheck disable=SC2086
    seqtui export "$runs/$name"/* --format safetensors $how -o "$runs/export/$name/model.safetensors"
}

model splice-sites uci-splice - dna --context 9 --positions --pooling mean --dropout 0.3 --epochs 10

model promoters uci-promoters - dna --backbone rnn --hidden-size 32 --embedding-size 64 --context 1 --pairs --positions \
    --pooling sites --dropout 0.3 --batch-size 16 --lr 0.005 --epochs 30

model film-reviews mr-polarity - sentiment --dropout 0.6 --word-dropout 0.4 --optimizer adamw \
    --weight-decay 0.05 --best-by score --epochs 5

model shakespeare tiny-shakespeare - language --hidden-size 192 --dropout 0.1 --embedding-size 64 --bptt 64 --optimizer adamw --weight-decay 0.02 --lr 0.008 \
    --epochs 2

model shakespeare-words tiny-shakespeare "--half --temperature 0.8 --top-p 0.9" language --unit word --least-count 2 --tie-weights --hidden-size 256 \
    --embedding-size 192 --dropout 0.35 --locked-dropout --weight-drop 0.2 --batch-size 20 --bptt 50 --optimizer adamw \
    --weight-decay 0.02 --lr 0.005 --schedule onecycle --epochs 8 --telemetry light

model spoken-digits fsdd - speech --epochs 5

model motions - - video --epochs 3

model diseases ncbi-disease - ner --dropout 0.5 --optimizer adamw --weight-decay 0.05 --lr 0.003 --schedule cosine --epochs 4

model english-french fra-eng --half translation --max-length 7 --vocabulary 4000 --valid-share 0.02 --hidden-size 128 \
    --embedding-size 96 --dropout 0.2 --batch-size 64 --lr 0.004 --epochs 3

model chorales js-fakes "--temperature 0.6 --top-p 0.9" music --representation events --hidden-size 256 --embedding-size 64 --dropout 0.1 \
    --bptt 128 --batch-size 16 --schedule onecycle --lr 0.006 --epochs 12 --telemetry light
