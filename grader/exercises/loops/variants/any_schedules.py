"""Answers that need no framework: schedules and early stopping."""

import math

import numpy as np

from grader.judging.variant import right, wrong


@right("cosine_schedule")
def plain_loop(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            p = (t - warmup) / (total - warmup)
            rates.append(floor + (peak - floor) * (1 + math.cos(math.pi * p)) / 2)
    return rates


@right("cosine_schedule")
def two_pieces(peak, floor, warmup, total):
    up = np.linspace(peak / warmup, peak, warmup)
    angle = np.linspace(0, np.pi, total - warmup, endpoint=False)
    # The same half cosine, as a square: (1 + cos a) / 2 = cos^2(a / 2).
    down = floor + (peak - floor) * np.cos(angle / 2) ** 2
    return np.concatenate([up, down])


@wrong("cosine_schedule", "the warm-up starts at 0")
def ramp_from_zero(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * t / warmup)
        else:
            p = (t - warmup) / (total - warmup)
            rates.append(floor + (peak - floor) * (1 + math.cos(math.pi * p)) / 2)
    return rates


@wrong("cosine_schedule", "the cosine begins at step 0")
def cosine_of_all_steps(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            p = t / total
            rates.append(floor + (peak - floor) * (1 + math.cos(math.pi * p)) / 2)
    return rates


@wrong("cosine_schedule", "the cosine is too long")
def divided_by_total(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            p = (t - warmup) / total
            rates.append(floor + (peak - floor) * (1 + math.cos(math.pi * p)) / 2)
    return rates


@wrong("cosine_schedule", "the floor is reached one step early")
def divided_by_gaps(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            p = (t - warmup) / (total - warmup - 1)
            rates.append(floor + (peak - floor) * (1 + math.cos(math.pi * p)) / 2)
    return rates


@wrong("cosine_schedule", "a whole turn of the cosine")
def two_pi(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            p = (t - warmup) / (total - warmup)
            rates.append(floor + (peak - floor) * (1 + math.cos(2 * math.pi * p)) / 2)
    return rates


@wrong("cosine_schedule", "a straight line down")
def linear_fall(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            p = (t - warmup) / (total - warmup)
            rates.append(floor + (peak - floor) * (1 - p))
    return rates


@wrong("cosine_schedule", "the floor is missing")
def down_to_zero(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            p = (t - warmup) / (total - warmup)
            rates.append(peak * (1 + math.cos(math.pi * p)) / 2)
    return rates


@wrong("cosine_schedule", "the floor is put on top")
def floor_added(peak, floor, warmup, total):
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            p = (t - warmup) / (total - warmup)
            rates.append(floor + peak * (1 + math.cos(math.pi * p)) / 2)
    return rates


@right("early_stopping")
def walk_and_count(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
            if wait >= patience:
                return best, epoch
    return best, len(losses) - 1


@right("early_stopping")
def best_of_each_beginning(losses, patience):
    values = np.array([float(loss) for loss in losses])
    for stop in range(len(values)):
        best = int(np.argmin(values[: stop + 1]))
        if stop - best == patience:
            return best, stop


@right("early_stopping")
def lowest_so_far(losses, patience):
    values = np.array([float(loss) for loss in losses])
    before = np.concatenate([[np.inf], np.minimum.accumulate(values)[:-1]])
    epochs = np.arange(len(values))
    best = np.maximum.accumulate(np.where(values < before, epochs, 0))
    stop = int(np.argmax(epochs - best >= patience))
    return best[stop], stop


@wrong("early_stopping", "one epoch too patient")
def more_than_patience(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
            if wait > patience:
                return best, epoch
    return best, len(losses) - 1


@wrong("early_stopping", "one epoch too impatient")
def first_one_counted_too(losses, patience):
    best, lowest, wait = 0, float("inf"), 1
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest:
            best, lowest, wait = epoch, loss, 1
        else:
            wait += 1
            if wait >= patience:
                return best, epoch
    return best, len(losses) - 1


@wrong("early_stopping", "the first epoch that is not trained")
def number_of_epochs(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
            if wait >= patience:
                return best, epoch + 1
    return best, len(losses) - 1


@wrong("early_stopping", "a small improvement overlooked")
def a_thousandth_at_least(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest - 0.001:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
            if wait >= patience:
                return best, epoch
    return best, len(losses) - 1


@wrong("early_stopping", "the best of all epochs")
def argmin_of_everything(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
            if wait >= patience:
                return int(np.argmin(np.asarray(losses))), epoch
    return best, len(losses) - 1


@wrong("early_stopping", "the counter is never reset")
def counter_kept(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest:
            best, lowest = epoch, loss
        else:
            wait += 1
            if wait >= patience:
                return best, epoch
    return best, len(losses) - 1


@wrong("early_stopping", "a tie counts as better")
def at_most(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss <= lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
            if wait >= patience:
                return best, epoch
    return best, len(losses) - 1


@wrong("early_stopping", "the last epoch's weights")
def latest_weights(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
            if wait >= patience:
                return epoch, epoch
    return best, len(losses) - 1


@wrong("early_stopping", "counted from 1")
def epochs_from_one(losses, patience):
    best, lowest, wait = 0, float("inf"), 0
    for epoch in range(len(losses)):
        loss = float(losses[epoch])
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
            if wait >= patience:
                return best + 1, epoch + 1
    return best, len(losses) - 1


@wrong("early_stopping", "held against the epoch before")
def better_than_yesterday(losses, patience):
    best, wait = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        wait = 0 if losses[epoch] < losses[epoch - 1] else wait + 1
        if wait == patience:
            return best, epoch
    return best, len(losses) - 1
