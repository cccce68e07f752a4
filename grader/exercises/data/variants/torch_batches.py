"""Answers to the exercises on sequences and on a whole pipeline, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# The locked cell above the exercise find_the_bug.


def batches(x, size):
    return [x[i : i + size] for i in range(0, len(x), size)]


@right("pad_batch")
def pad_sequence_twice(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    pad = torch.nn.utils.rnn.pad_sequence
    ones = [torch.ones_like(ids) for ids in cut]
    return (
        pad(cut, batch_first=True, padding_side=side),
        pad(ones, batch_first=True, padding_side=side),
    )


@right("pad_batch")
def filled_row_by_row(sequences, most, side):
    longest = min(most, max(len(ids) for ids in sequences))
    batch = torch.zeros(len(sequences), longest, dtype=torch.int64)
    mask = torch.zeros(len(sequences), longest, dtype=torch.bool)
    for row, ids in enumerate(sequences):
        ids = ids[:most]
        start = 0 if side == "right" else longest - len(ids)
        batch[row, start : start + len(ids)] = ids
        mask[row, start : start + len(ids)] = True
    return batch, mask


@right("pad_batch")
def lists_of_numbers(sequences, most, side):
    rows = [ids.tolist()[:most] for ids in sequences]
    longest = max(map(len, rows))
    batch, mask = [], []
    for ids in rows:
        zeros = [0] * (longest - len(ids))
        ones = [1] * len(ids)
        batch.append(ids + zeros if side == "right" else zeros + ids)
        mask.append(ones + zeros if side == "right" else zeros + ones)
    return torch.tensor(batch), torch.tensor(mask)


@wrong("pad_batch", "padded at the other side")
def side_of_the_ids(sequences, most, side):
    other = "left" if side == "right" else "right"
    cut = [ids[:most] for ids in sequences]
    pad = torch.nn.utils.rnn.pad_sequence
    ones = [torch.ones_like(ids) for ids in cut]
    return pad(cut, True, padding_side=other), pad(ones, True, padding_side=other)


@wrong("pad_batch", "always padded on the right")
def default_side(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    pad = torch.nn.utils.rnn.pad_sequence
    return pad(cut, True), pad([torch.ones_like(ids) for ids in cut], True)


@wrong("pad_batch", "always padded on the left")
def left_for_all(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    pad = torch.nn.utils.rnn.pad_sequence
    ones = [torch.ones_like(ids) for ids in cut]
    return pad(cut, True, padding_side="left"), pad(ones, True, padding_side="left")


@wrong("pad_batch", "the last ids are kept")
def end_of_each(sequences, most, side):
    cut = [ids[-most:] for ids in sequences]
    pad = torch.nn.utils.rnn.pad_sequence
    ones = [torch.ones_like(ids) for ids in cut]
    return pad(cut, True, padding_side=side), pad(ones, True, padding_side=side)


@wrong("pad_batch", "padded up to most")
def most_columns(sequences, most, side):
    batch = torch.zeros(len(sequences), most, dtype=torch.int64)
    mask = torch.zeros_like(batch)
    for row, ids in enumerate(sequences):
        length = min(len(ids), most)
        start = 0 if side == "right" else most - length
        batch[row, start : start + length] = ids[:most]
        mask[row, start : start + length] = 1
    return batch, mask


@wrong("pad_batch", "nothing is cut")
def whole_sequences(sequences, most, side):
    pad = torch.nn.utils.rnn.pad_sequence
    ones = [torch.ones_like(ids) for ids in sequences]
    return pad(sequences, True, padding_side=side), pad(ones, True, padding_side=side)


@wrong("pad_batch", "a column for each sequence")
def batch_first_forgotten(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    pad = torch.nn.utils.rnn.pad_sequence
    ones = [torch.ones_like(ids) for ids in cut]
    return pad(cut, padding_side=side), pad(ones, padding_side=side)


@wrong("pad_batch", "an id 0 is taken for padding")
def not_zero(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    batch = torch.nn.utils.rnn.pad_sequence(cut, True, padding_side=side)
    return batch, batch != 0


@wrong("pad_batch", "the mask is inverted")
def padding_mask(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    pad = torch.nn.utils.rnn.pad_sequence
    ones = [torch.ones_like(ids) for ids in cut]
    mask = pad(ones, batch_first=True, padding_side=side)
    return pad(cut, batch_first=True, padding_side=side), mask == 0


@wrong("pad_batch", "the mask is always on the right")
def below_the_length(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    batch = torch.nn.utils.rnn.pad_sequence(cut, True, padding_side=side)
    lengths = torch.tensor([len(ids) for ids in cut])
    return batch, torch.arange(batch.shape[1]) < lengths[:, None]


@right("masked_mean")
def zeros_by_where(x, mask):
    clean = torch.where(mask[:, :, None] == 1, x, 0.0)
    count = mask.sum(dim=1, keepdim=True).clamp(min=1)
    return clean.sum(dim=1) / count


@right("masked_mean")
def masked_fill(x, mask):
    clean = x.masked_fill((mask == 0).unsqueeze(-1), 0)
    count = mask.sum(1)
    mean = clean.sum(1) / count[:, None]
    return torch.where(count[:, None] > 0, mean, torch.zeros_like(mean))


@right("masked_mean")
def real_steps_of_each_row(x, mask):
    means = []
    for steps, real in zip(x, mask.bool(), strict=True):
        kept = steps[real]
        empty = len(kept) == 0
        means.append(torch.zeros(steps.shape[1]) if empty else kept.mean(dim=0))
    return torch.stack(means)


@right("masked_mean")
def nan_as_padding(x, mask):
    clean = x.clone()
    clean[mask == 0] = float("nan")
    return torch.nan_to_num(clean.nanmean(dim=1))


@wrong("masked_mean", "padding counts as zeros")
def mean_of_clean(x, mask):
    return x.masked_fill((mask == 0)[:, :, None], 0.0).mean(dim=1)


@wrong("masked_mean", "zero times NaN")
def multiplied(x, mask):
    total = (x * mask[:, :, None]).sum(dim=1)
    return total / mask.sum(dim=1, keepdim=True).clamp(min=1)


@wrong("masked_mean", "zero times NaN, and NaN made zero at the end")
def nan_removed_late(x, mask):
    total = torch.einsum("ntd,nt->ntd", x, mask).sum(dim=1)
    return torch.nan_to_num(total / mask.sum(dim=1, keepdim=True))


@wrong("masked_mean", "a row without real steps gives NaN")
def divided_by_zero(x, mask):
    clean = torch.where(mask[:, :, None] == 1, x, 0.0)
    return clean.sum(dim=1) / mask.sum(dim=1, keepdim=True)


@wrong("masked_mean", "one divisor for all rows")
def mean_length(x, mask):
    clean = torch.where(mask[:, :, None] == 1, x, 0.0)
    return clean.sum(dim=1) / (mask.sum() / len(mask))


@wrong("masked_mean", "NaN is left out, not the padding")
def nanmean(x, mask):
    return torch.nan_to_num(x.nanmean(dim=1))


@wrong("masked_mean", "sum instead of mean")
def sum_of_clean(x, mask):
    return torch.where(mask[:, :, None] == 1, x, 0.0).sum(dim=1)


@right("find_the_bug")
def three_places_changed(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    for rows in batches(order, size):
        x = images[rows].float()
        coin = coins[rows][:, None, None]
        x = torch.where(coin == 1, x.flip(2), x)
        xs.append((x / 255 - mean) / std)
        ys.append(labels[rows])
    return torch.cat(xs), torch.cat(ys)


@right("find_the_bug")
def whole_epoch_at_once(images, labels, order, coins, size, mean, std):
    x = (images[order] / 255 - mean) / std
    mirrored = coins[order] == 1
    x[mirrored] = x[mirrored].flip(-1)
    return x, labels[order]


@right("find_the_bug")
def one_image_at_a_time(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    for i in order.tolist():
        x = torch.fliplr(images[i]) if coins[i] else images[i]
        xs.append((x - 255 * mean) / (255 * std))
        ys.append(labels[i])
    return torch.stack(xs), torch.stack(ys)


@right("find_the_bug")
def data_loader(images, labels, order, coins, size, mean, std):
    x = (images / 255 - mean) / std
    x = torch.where(coins[:, None, None] == 1, x.flip(2), x)
    data = torch.utils.data.TensorDataset(x, labels)
    loader = torch.utils.data.DataLoader(
        data, batch_size=size, sampler=[int(i) for i in order]
    )
    xs, ys = zip(*loader, strict=True)
    return torch.cat(xs), torch.cat(ys)


@wrong("find_the_bug", "all three bugs are still there")
def unchanged(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    pairs = zip(batches(order, size), batches(labels, size), strict=True)
    for rows, y in pairs:
        x = images[rows].float()
        if coins[rows[0]] == 1:
            x = x.flip(2)
        xs.append((x - mean) / std / 255)
        ys.append(y)
    return torch.cat(xs), torch.cat(ys)


@wrong(
    "find_the_bug", "still there: the labels are not shuffled, and one coin for a batch"
)
def only_scale_mended(images, labels, order, coins, size, mean, std):
    xs = []
    for rows in batches(order, size):
        x = images[rows].float()
        if coins[rows[0]] == 1:
            x = x.flip(2)
        xs.append((x / 255 - mean) / std)
    return torch.cat(xs), labels


@wrong("find_the_bug", "still there: the labels are not shuffled, and scaled too late")
def only_coins_mended(images, labels, order, coins, size, mean, std):
    xs = []
    for rows in batches(order, size):
        x = images[rows].float()
        x = torch.where(coins[rows][:, None, None] == 1, x.flip(2), x)
        xs.append((x - mean) / std / 255)
    return torch.cat(xs), labels


@wrong("find_the_bug", "still there: the labels are not shuffled")
def labels_overlooked(images, labels, order, coins, size, mean, std):
    xs = []
    for rows in batches(order, size):
        x = images[rows].float()
        x = torch.where(coins[rows][:, None, None] == 1, x.flip(2), x)
        xs.append((x / 255 - mean) / std)
    return torch.cat(xs), labels


@wrong("find_the_bug", "still there: one coin for a batch, and scaled too late")
def only_labels_mended(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    for rows in batches(order, size):
        x = images[rows].float()
        if coins[rows[0]] == 1:
            x = x.flip(2)
        xs.append((x - mean) / std / 255)
        ys.append(labels[rows])
    return torch.cat(xs), torch.cat(ys)


@wrong("find_the_bug", "still there: one coin for a batch")
def coin_overlooked(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    for rows in batches(order, size):
        x = images[rows].float() / 255
        if coins[rows[0]] == 1:
            x = x.flip(2)
        xs.append((x - mean) / std)
        ys.append(labels[rows])
    return torch.cat(xs), torch.cat(ys)


@wrong("find_the_bug", "still there: scaled too late")
def scale_overlooked(images, labels, order, coins, size, mean, std):
    x = images[order].float()
    x = torch.where(coins[order][:, None, None] == 1, x.flip(2), x)
    return (x - mean) / std / 255, labels[order]


@wrong("find_the_bug", "a coin for each place")
def coins_by_place(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    pairs = zip(batches(order, size), batches(coins, size), strict=True)
    for rows, coin in pairs:
        x = images[rows].float() / 255
        x = torch.where(coin[:, None, None] == 1, x.flip(2), x)
        xs.append((x - mean) / std)
        ys.append(labels[rows])
    return torch.cat(xs), torch.cat(ys)


@wrong("find_the_bug", "the last batch is dropped")
def full_batches_only(images, labels, order, coins, size, mean, std):
    order = order[: len(order) // size * size]
    x = (images[order] / 255 - mean) / std
    x = torch.where(coins[order][:, None, None] == 1, x.flip(2), x)
    return x, labels[order]
