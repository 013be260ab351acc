"""The training step of a bench job in plain PyTorch and transformers, on the CPU, in float32.

    python -m venv /tmp/torch-venv && /tmp/torch-venv/bin/pip install -r tools/bench/requirements.txt
    PROFIT_PYTHON=/tmp/torch-venv/bin/python npm run bench -- pytorch-smollm2

Takes the file of a job and runs a step when told to, as training-process.ts says, printing times and peak memory: forward, loss on the
response tokens, backward, gradient clipping to 1, AdamW (fused). As in ProFit's official code, `profit` takes a softmax of the dense logits, sets the labels
of masked tokens to -100 and trains on the others. Random weights; nothing is downloaded.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
import transformers
from transformers import AutoConfig, AutoModelForCausalLM


def resident(field):
    # ru_maxrss also counts what the parent process held when it started this one.
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith(field + ":"))
    return 1024 * int(line.split()[1])


def decays(name, parameter):
    """As the engine: matrices only."""
    return parameter.dim() > 1


with open(sys.argv[1]) as file:
    job = json.load(file)
torch.set_num_threads(job["threads"])
torch.manual_seed(0)
# What backward needs is imported when first used.
torch.ones(2, requires_grad=True).sum().backward()
imported = resident("VmRSS")

settings = dict(job["config"])
model = AutoModelForCausalLM.from_config(AutoConfig.for_model(settings.pop("model_type"), **settings))
model.to(torch.float32).train()
named = list(model.named_parameters())
optimizer = torch.optim.AdamW(
    [
        {"params": [p for name, p in named if decays(name, p)], "weight_decay": 0.1},
        {"params": [p for name, p in named if not decays(name, p)], "weight_decay": 0.0},
    ],
    lr=1e-9,
    betas=(0.9, 0.999),
    eps=1e-8,
    fused=True,
)

tokens = torch.tensor(job["tokens"]).view(job["rows"], job["columns"])
source = torch.tensor(job["source"])
# The label of a position is the token after it, so that the logits need no copy to be shifted.
labels = torch.full((tokens.numel(),), -100)
labels[source] = tokens.view(-1)[source + 1]
kept = round(job["keptShare"] * source.numel())
threshold = None


def masked(logits):
    """Labels with those of tokens at or below the threshold set to -100."""
    global threshold
    with torch.no_grad():
        targets = labels.clamp(min=0)
        probability = torch.softmax(logits, dim=-1).gather(1, targets[:, None])[:, 0]
        if threshold is None:
            threshold = probability[source].sort(descending=True).values[min(kept, source.numel() - 1)]
        return torch.where(probability > threshold, labels, -100)


def step():
    optimizer.zero_grad()
    logits = model(input_ids=tokens, use_cache=False).logits.view(tokens.numel(), -1)
    used = labels if job["rule"] == "sft" else masked(logits)
    loss = F.cross_entropy(logits, used, ignore_index=-100)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


step()
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    step()
    print(time.perf_counter() - start, flush=True)
runtime = f"torch {torch.__version__}, transformers {transformers.__version__}"
print(json.dumps({"imported": imported, "peak": resident("VmHWM"), "runtime": runtime}))
