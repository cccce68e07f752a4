"""Answers to the exercises on elements, axes and summaries, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# strides


@right("strides")
def strides_asked_torch(shape, index):
    x = torch.arange(torch.Size(shape).numel()).reshape(shape)
    return x.stride(), x[tuple(index)]


# pick_logits


@right("pick_logits")
def pick_gather(logits, labels):
    return logits.gather(1, labels.unsqueeze(1)).squeeze(1)


@right("pick_logits")
def pick_one_hot(logits, labels):
    hot = torch.nn.functional.one_hot(labels, logits.shape[1])
    return (hot * logits).sum(dim=1)


@right("pick_logits")
def pick_flat(logits, labels):
    n, k = logits.shape
    return logits.take(k * torch.arange(n) + labels)


@right("pick_logits")
def pick_diagonal(logits, labels):
    return logits[:, labels].diagonal()


@wrong("pick_logits", "all labels from each row")
def pick_crossed(logits, labels):
    return logits[:, labels]


@wrong("pick_logits", "labels pick rows")
def pick_rows(logits, labels):
    return logits[labels]


@wrong("pick_logits", "all from the first row")
def pick_take(logits, labels):
    return torch.take(logits, labels)


@wrong("pick_logits", "the largest of each row")
def pick_max(logits, labels):
    return logits.max(dim=1).values


@wrong("pick_logits", "the others are zero, not gone")
def pick_masked(logits, labels):
    return torch.nn.functional.one_hot(labels, logits.shape[1]) * logits


@wrong("pick_logits", "a mean over each row")
def pick_mean(logits, labels):
    hot = torch.nn.functional.one_hot(labels, logits.shape[1])
    return (hot * logits).mean(dim=1)


# image_change


@right("image_change")
def change_in_int(before, after):
    return (after.int() - before.int()).abs().double().mean(dim=(1, 2))


@right("image_change")
def change_promoted(before, after):
    return (1.0 * after - before).abs().flatten(1).mean(dim=1)


@right("image_change")
def change_in_bytes(before, after):
    # The larger minus the smaller never wraps, and PyTorch sums bytes in int64.
    gap = torch.maximum(after, before) - torch.minimum(after, before)
    return gap.sum(dim=(1, 2)) / gap[0].numel()


@right("image_change")
def change_l1(before, after):
    pairs = zip(before.float(), after.float(), strict=True)
    return torch.stack([torch.nn.functional.l1_loss(b, a) for b, a in pairs])


@wrong("image_change", "the difference wraps round")
def change_cast_late(before, after):
    return (after - before).abs().float().mean(dim=(1, 2))


@wrong("image_change", "int8 is too small")
def change_signed_bytes(before, after):
    difference = after.to(torch.int8) - before.to(torch.int8)
    return difference.abs().float().mean(dim=(1, 2))


@wrong("image_change", "the shorter way round")
def change_smaller_of_two(before, after):
    gap = torch.minimum(after - before, before - after)
    return gap.float().mean(dim=(1, 2))


@wrong("image_change", "the signs cancel")
def change_signed(before, after):
    return (after.float() - before.float()).mean(dim=(1, 2))


@wrong("image_change", "the bars come too late")
def change_of_means(before, after):
    return (after.float().mean(dim=(1, 2)) - before.float().mean(dim=(1, 2))).abs()


@wrong("image_change", "squares instead of absolute values")
def change_squared(before, after):
    return ((after.float() - before.float()) ** 2).mean(dim=(1, 2))


@wrong("image_change", "one number for all images")
def change_of_all(before, after):
    return (after.float() - before.float()).abs().mean()


# unbiased_std


@right("unbiased_std")
def std_default(X):
    return torch.std(X, 0)


@right("unbiased_std")
def std_by_hand(X):
    distance = X - X.mean(dim=0)
    return (distance.square().sum(dim=0) / (len(X) - 1)).sqrt()


@right("unbiased_std")
def std_from_covariance(X):
    return torch.cov(X.T).diagonal().sqrt()


@right("unbiased_std")
def std_of_all_pairs(X):
    n = len(X)
    return ((X[:, None] - X[None]) ** 2).sum((0, 1)).div(2 * n * (n - 1)).sqrt()


@wrong("unbiased_std", "divided by n")
def std_biased(X):
    return X.std(dim=0, unbiased=False)


@wrong("unbiased_std", "the variance")
def std_variance(X):
    return X.var(dim=0)


@wrong("unbiased_std", "the correction without its root")
def std_corrected_twice(X):
    n = X.shape[0]
    return X.std(dim=0, correction=0) * n / (n - 1)


@wrong("unbiased_std", "one number for each row")
def std_rows(X):
    return X.std(dim=1)


@wrong("unbiased_std", "one number for all")
def std_all(X):
    return X.std()


@wrong("unbiased_std", "the squares are summed")
def std_norm(X):
    return torch.linalg.vector_norm(X - X.mean(dim=0), dim=0)


@wrong("unbiased_std", "the mean is not subtracted")
def std_root_mean_square(X):
    return ((X**2).sum(dim=0) / (len(X) - 1)).sqrt()


# center_columns


@right("center_columns")
def center_matmul(X, weight):
    return X - (weight @ X) / weight.sum()


@right("center_columns")
def center_normalized(X, weight):
    share = (weight / weight.sum()).reshape(-1, 1)
    return X - (share * X).sum(dim=0, keepdim=True)


@right("center_columns")
def center_einsum(X, weight):
    return X - torch.einsum("i,ij->j", weight / weight.sum(), X)


@right("center_columns")
def center_columnwise(X, weight):
    columns = [c - (weight * c).sum() / weight.sum() for c in X.T]
    return torch.stack(columns, dim=1)


@wrong("center_columns", "the weights meet the columns")
def center_no_axis(X, weight):
    return X - (weight * X).sum(dim=0) / weight.sum()


@wrong("center_columns", "each row is centered")
def center_rows(X, weight):
    return X - (weight * X).sum(dim=1, keepdim=True) / weight.sum()


@wrong("center_columns", "the means stand on their side")
def center_sideways(X, weight):
    means = (weight[:, None] * X).sum(dim=0) / weight.sum()
    return X - means[:, None]


@wrong("center_columns", "one mean for all")
def center_grand(X, weight):
    share = (weight / weight.sum())[:, None]
    return X - (share * X).sum() / X.shape[1]


@wrong("center_columns", "the weights are left out")
def center_plain(X, weight):
    return X - X.mean(dim=0)


@wrong("center_columns", "divided by n, not by the weights")
def center_mean_of_products(X, weight):
    return X - (weight[:, None] * X).mean(dim=0)


@wrong("center_columns", "the weighted sum")
def center_sum(X, weight):
    return X - weight @ X


@wrong("center_columns", "the means alone")
def center_means(X, weight):
    return weight @ X / weight.sum()


# wrap_index


@right("wrap_index")
def wrap_operators(index, n):
    return index % n, index // n


@right("wrap_index")
def wrap_floor(index, n):
    lap = torch.floor(index.double() / n)
    return index - n * lap, lap


@right("wrap_index")
def wrap_repaired(index, n):
    position = torch.fmod(torch.fmod(index, n) + n, n)
    return position, (index - position) / n


@right("wrap_index")
def wrap_numbers(index, n):
    pairs = [divmod(i, n) for i in index.tolist()]
    laps, positions = torch.tensor(pairs).T
    return positions, laps


@wrong("wrap_index", "rounded towards zero")
def wrap_fmod(index, n):
    return torch.fmod(index, n), torch.div(index, n, rounding_mode="trunc")


@wrong("wrap_index", "laps rounded towards zero")
def wrap_int_cast(index, n):
    return index % n, (index / n).long()


@wrong("wrap_index", "one lap too many below 0")
def wrap_one_less(index, n):
    lap = torch.div(index, n, rounding_mode="trunc") - (index < 0).long()
    return index % n, lap


@wrong("wrap_index", "a position n")
def wrap_counted_back(index, n):
    return torch.where(index < 0, n - index.abs() % n, index % n), index // n


@wrong("wrap_index", "wrapped once")
def wrap_like_a_list(index, n):
    return torch.where(index < 0, index + n, index), index // n


@wrong("wrap_index", "the minus is thrown away")
def wrap_abs(index, n):
    return index.abs() % n, index.abs() // n


@wrong("wrap_index", "clamped, not wrapped")
def wrap_clamp(index, n):
    return index.clamp(0, n - 1), index // n


@wrong("wrap_index", "position and lap exchanged")
def wrap_exchanged(index, n):
    return index // n, index % n


# pairwise_distances


@right("pairwise_distances")
def distances_cdist(A, B):
    return torch.cdist(A, B)


@right("pairwise_distances")
def distances_expanded(A, B):
    squares = A.square().sum(1)[:, None] + B.square().sum(1) - 2 * A @ B.T
    return squares.clamp(min=0).sqrt()


@right("pairwise_distances")
def distances_norm(A, B):
    return torch.linalg.vector_norm(A.unsqueeze(1) - B, dim=-1)


@right("pairwise_distances")
def distances_loop(A, B):
    return torch.stack([(B - a).norm(dim=1) for a in A])


@wrong("pairwise_distances", "squared distances")
def distances_squared(A, B):
    return ((A[:, None] - B[None]) ** 2).sum(-1)


@wrong("pairwise_distances", "sums of absolute differences")
def distances_city_block(A, B):
    return ((A[:, None] - B[None]) ** 2).sqrt().sum(-1)


@wrong("pairwise_distances", "mean instead of sum")
def distances_mean(A, B):
    return ((A[:, None] - B[None]) ** 2).mean(-1).sqrt()


@wrong("pairwise_distances", "the components are not added")
def distances_components(A, B):
    return (A[:, None] - B[None]).abs()


@wrong("pairwise_distances", "summed over the points of B")
def distances_wrong_axis(A, B):
    return ((A[:, None] - B[None]) ** 2).sum(1).sqrt()


@wrong("pairwise_distances", "the mixed term counts once")
def distances_binomial(A, B):
    return ((A**2).sum(1)[:, None] + (B**2).sum(1) - A @ B.T).sqrt()


@wrong("pairwise_distances", "inner products")
def distances_products(A, B):
    return A @ B.T


# scatter_add


@right("scatter_add")
def scatter_torch(rows, labels, k):
    sums = torch.zeros(k, rows.shape[1], dtype=rows.dtype)
    return sums.scatter_add(0, labels[:, None].expand_as(rows), rows)


@right("scatter_add")
def scatter_put(rows, labels, k):
    sums = rows.new_zeros(k, rows.shape[1])
    return sums.index_put_((labels,), rows, accumulate=True)


@right("scatter_add")
def scatter_one_hot(rows, labels, k):
    return torch.nn.functional.one_hot(labels, k).T.to(rows.dtype) @ rows


@right("scatter_add")
def scatter_masks(rows, labels, k):
    return torch.stack([rows[labels == label].sum(dim=0) for label in range(k)])


@wrong("scatter_add", "the last row wins")
def scatter_plus_equals(rows, labels, k):
    sums = torch.zeros(k, rows.shape[1])
    sums[labels] += rows
    return sums


@wrong("scatter_add", "means instead of sums")
def scatter_counted(rows, labels, k):
    hot = torch.nn.functional.one_hot(labels, k).float()
    return hot.T @ rows / hot.sum(dim=0).clamp(min=1)[:, None]


@wrong("scatter_add", "labels without rows are left out")
def scatter_unique(rows, labels, k):
    return torch.stack([rows[labels == label].sum(0) for label in labels.unique()])


@wrong("scatter_add", "k is guessed from the labels")
def scatter_one_hot_without_k(rows, labels, k):
    return torch.nn.functional.one_hot(labels).T.float() @ rows


@wrong("scatter_add", "only the first column")
def scatter_narrow_index(rows, labels, k):
    return torch.zeros(k, rows.shape[1]).scatter_add(0, labels[:, None], rows)


@wrong("scatter_add", "one total for each label")
def scatter_bincount(rows, labels, k):
    return torch.bincount(labels, weights=rows.sum(dim=1), minlength=k)
