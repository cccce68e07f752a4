"""Answers to the exercises on layouts, windows and aliases, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# port_dense


@right("port_dense")
def dense_linear(x, W, b, V, c):
    hidden = torch.nn.functional.linear(x, W, b).relu()
    return torch.nn.functional.linear(hidden, V.T, c)


@right("port_dense")
def dense_modules(x, W, b, V, c):
    first = torch.nn.Linear(W.shape[1], W.shape[0], dtype=x.dtype)
    second = torch.nn.Linear(V.shape[0], V.shape[1], dtype=x.dtype)
    first.load_state_dict({"weight": W, "bias": b})
    second.load_state_dict({"weight": V.T, "bias": c})
    return torch.nn.Sequential(first, torch.nn.ReLU(), second)(x).detach()


@right("port_dense")
def dense_einsum(x, W, b, V, c):
    hidden = (torch.einsum("ni,oi->no", x, W) + b).clamp(min=0)
    return torch.einsum("ni,io->no", hidden, V) + c


@right("port_dense")
def dense_addmm(x, W, b, V, c):
    hidden = torch.addmm(b, x, W.t())
    return torch.addmm(c, torch.where(hidden > 0, hidden, 0), V)


@wrong("port_dense", "W is reshaped, not transposed")
def dense_reshaped(x, W, b, V, c):
    hidden = torch.relu(x @ W.reshape(W.shape[1], W.shape[0]) + b)
    return hidden @ V + c


@wrong("port_dense", "V is transposed")
def dense_linear_twice(x, W, b, V, c):
    hidden = torch.relu(torch.nn.functional.linear(x, W, b))
    return torch.nn.functional.linear(hidden, V, c)


@wrong("port_dense", "W is reshaped, and V transposed")
def dense_both(x, W, b, V, c):
    hidden = torch.relu(x @ W.view(x.shape[1], -1) + b)
    return hidden @ V.T + c


@wrong("port_dense", "no ReLU in between")
def dense_straight(x, W, b, V, c):
    return (x @ W.T + b) @ V + c


@wrong("port_dense", "ReLU at the end as well")
def dense_relu_twice(x, W, b, V, c):
    return torch.relu(torch.relu(x @ W.T + b) @ V + c)


@wrong("port_dense", "the biases are missing")
def dense_no_bias(x, W, b, V, c):
    return torch.relu(x @ W.T) @ V


@wrong("port_dense", "the first bias is missing")
def dense_no_first_bias(x, W, b, V, c):
    return torch.relu(x @ W.T) @ V + c


@wrong("port_dense", "the second bias is missing")
def dense_no_second_bias(x, W, b, V, c):
    return torch.relu(x @ W.T + b) @ V


# windows


@right("windows")
def windows_loops(image, size, step):
    height, width = image.shape
    rows = range(0, height - size + 1, step)
    columns = range(0, width - size + 1, step)
    cut = [image[r : r + size, c : c + size].flatten() for r in rows for c in columns]
    return torch.stack(cut)


@right("windows")
def windows_unfold(image, size, step):
    columns = torch.nn.functional.unfold(image[None, None], size, stride=step)
    return columns[0].T


@right("windows")
def windows_strided(image, size, step):
    height, width = image.shape
    down, across = (height - size) // step + 1, (width - size) // step + 1
    shape = (down, across, size, size)
    strides = (width * step, step, width, 1)
    return torch.as_strided(image, shape, strides).reshape(-1, size * size)


@right("windows")
def windows_indexed(image, size, step):
    height, width = image.shape
    r = torch.arange(0, height - size + 1, step)[:, None] + torch.arange(size)
    c = torch.arange(0, width - size + 1, step)[:, None] + torch.arange(size)
    return image[r[:, None, :, None], c[None, :, None, :]].reshape(-1, size**2)


@wrong("windows", "the step is left out")
def windows_everywhere(image, size, step):
    return torch.nn.functional.unfold(image[None, None], size)[0].T


@wrong("windows", "side by side")
def windows_chunks(image, size, step):
    columns = torch.nn.functional.unfold(image[None, None], size, stride=size)
    return columns[0].T


@wrong("windows", "down the columns")
def windows_down(image, size, step):
    height, width = image.shape
    cut = [
        image[r : r + size, c : c + size].flatten()
        for c in range(0, width - size + 1, step)
        for r in range(0, height - size + 1, step)
    ]
    return torch.stack(cut)


@wrong("windows", "each window lies on its side")
def windows_turned(image, size, step):
    cut = image.unfold(0, size, step).unfold(1, size, step)
    return cut.transpose(2, 3).reshape(-1, size * size)


@wrong("windows", "the step goes inside")
def windows_dilated(image, size, step):
    columns = torch.nn.functional.unfold(image[None, None], size, dilation=step)
    return columns[0].T


@wrong("windows", "the window at the edge is missing")
def windows_before_the_edge(image, size, step):
    height, width = image.shape
    cut = [
        image[r : r + size, c : c + size].flatten()
        for r in range(0, height - size, step)
        for c in range(0, width - size, step)
    ]
    return torch.stack(cut)


@wrong("windows", "the last ones are missing")
def windows_too_few(image, size, step):
    height, width = image.shape
    cut = [
        image[r * step : r * step + size, c * step : c * step + size].flatten()
        for r in range((height - size) // step)
        for c in range((width - size) // step)
    ]
    return torch.stack(cut)


# port_conv


@right("port_conv")
def conv_movedim(x, w, b):
    out = torch.conv2d(x.movedim(3, 1), w) + b[:, None, None]
    return out.movedim(1, 3)


@right("port_conv")
def conv_module(x, w, b):
    conv = torch.nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], dtype=x.dtype)
    with torch.no_grad():
        conv.weight.copy_(w)
        conv.bias.copy_(b)
        return conv(torch.einsum("nhwc->nchw", x)).permute(0, 2, 3, 1)


@right("port_conv")
def conv_shifts(x, w, b):
    size, reach = w.shape[2], x.shape[1] - w.shape[2] + 1
    out = b
    for k in range(size):
        for m in range(size):
            out = out + x[:, k : k + reach, m : m + reach] @ w[:, :, k, m].T
    return out


@right("port_conv")
def conv_windows(x, w, b):
    size = w.shape[2]
    cut = x.unfold(1, size, 1).unfold(2, size, 1)
    return torch.einsum("nijckl,ockl->nijo", cut, w) + b


@wrong("port_conv", "the kernel's height and width are exchanged")
def conv_kernel_turned(x, w, b):
    out = torch.conv2d(x.permute(0, 3, 1, 2), w.transpose(2, 3), b)
    return out.permute(0, 2, 3, 1)


@wrong("port_conv", "the kernel's height and width are exchanged")
def conv_turned_there_and_back(x, w, b):
    out = torch.conv2d(x.transpose(1, 3), w, b)
    return out.transpose(1, 3)


@wrong("port_conv", "the kernel's channels are exchanged")
def conv_kernel_channels(x, w, b):
    out = torch.conv2d(x.permute(0, 3, 1, 2), w.transpose(0, 1), b)
    return out.permute(0, 2, 3, 1)


@wrong("port_conv", "the images are reshaped")
def conv_images_reshaped(x, w, b):
    n, height, width, channels = x.shape
    out = torch.conv2d(x.reshape(n, channels, height, width), w, b)
    return out.permute(0, 2, 3, 1)


@wrong("port_conv", "the result is reshaped")
def conv_result_reshaped(x, w, b):
    out = torch.conv2d(x.permute(0, 3, 1, 2), w, b)
    n, channels, height, width = out.shape
    return out.reshape(n, height, width, channels)


@wrong("port_conv", "the result is channels-first")
def conv_left_first(x, w, b):
    return torch.conv2d(x.permute(0, 3, 1, 2), w, b)


@wrong("port_conv", "the images lie on their side")
def conv_on_their_side(x, w, b):
    out = torch.conv2d(x.permute(0, 3, 2, 1), w, b)
    return out.permute(0, 2, 3, 1)


@wrong("port_conv", "the border is padded")
def conv_padded(x, w, b):
    out = torch.nn.functional.conv2d(x.permute(0, 3, 1, 2), w, b, padding="same")
    return out.permute(0, 2, 3, 1)


@wrong("port_conv", "the bias is missing")
def conv_no_bias(x, w, b):
    return torch.conv2d(x.permute(0, 3, 1, 2), w).permute(0, 2, 3, 1)


# flatten_order


@right("flatten_order")
def flatten_linear(x, W, b):
    return torch.nn.functional.linear(x.movedim(-1, 1).reshape(len(x), -1), W, b)


@right("flatten_order")
def flatten_weights(x, W, b):
    _, height, width, channels = x.shape
    kernel = W.unflatten(1, (channels, height, width)).permute(0, 2, 3, 1)
    return x.flatten(1) @ kernel.flatten(1).T + b


@right("flatten_order")
def flatten_not_at_all(x, W, b):
    _, height, width, channels = x.shape
    kernel = W.view(-1, channels, height, width)
    return torch.einsum("nhwc,ochw->no", x, kernel) + b


@right("flatten_order")
def flatten_index(x, W, b):
    _, height, width, channels = x.shape
    places = torch.arange(W.shape[1]).reshape(height, width, channels)
    order = places.permute(2, 0, 1).flatten()
    return x.flatten(1)[:, order] @ W.T + b


@wrong("flatten_order", "flattened as it lies")
def flatten_as_is(x, W, b):
    return x.flatten(1) @ W.T + b


@wrong("flatten_order", "flattened as it lies")
def flatten_reshaped(x, W, b):
    n, height, width, channels = x.shape
    return x.reshape(n, channels, height, width).flatten(1) @ W.T + b


@wrong("flatten_order", "columns before rows")
def flatten_transposed(x, W, b):
    return x.transpose(1, 3).flatten(1) @ W.T + b


@wrong("flatten_order", "the permutation of the way back")
def flatten_way_back(x, W, b):
    return x.permute(0, 2, 3, 1).flatten(1) @ W.T + b


@wrong("flatten_order", "the weights are reshaped")
def flatten_weights_reshaped(x, W, b):
    return x.permute(0, 3, 1, 2).flatten(1) @ W.reshape(-1, W.shape[0]) + b


@wrong("flatten_order", "flattened as it lies, weights reshaped")
def flatten_both(x, W, b):
    return x.flatten(1) @ W.reshape(-1, W.shape[0]) + b


@wrong("flatten_order", "the weights are taken for channels-last")
def flatten_weights_misread(x, W, b):
    kernel = W.unflatten(1, x.shape[1:]).permute(0, 3, 1, 2)
    return x.flatten(1) @ kernel.flatten(1).T + b


@wrong("flatten_order", "the bias is missing")
def flatten_no_bias(x, W, b):
    return x.permute(0, 3, 1, 2).flatten(1) @ W.T


# find_the_bug


@right("find_the_bug")
def relax_sliced(u, target, steps):
    us, errors = [], []
    for _ in range(steps):
        u = torch.cat([u[:1], (u[:-2] + u[2:]) / 2, u[-1:]])
        errors.append(((u - target.squeeze(1)) ** 2).mean())
        us.append(u)
    return us, errors


@right("find_the_bug")
def relax_in_place_at_once(u, target, steps):
    u = u.clone()
    us = torch.empty(steps, len(u), dtype=u.dtype)
    for step in range(steps):
        # The right side is complete before anything is written.
        u[1:-1] = (u[:-2] + u[2:]) / 2
        us[step] = u
    return us, ((us - target.T) ** 2).mean(dim=1)


@right("find_the_bug")
def relax_matrix(u, target, steps):
    n = len(u)
    move = (torch.diag(torch.ones(n - 1), 1) + torch.diag(torch.ones(n - 1), -1)) / 2
    move[0], move[-1] = torch.eye(n)[0], torch.eye(n)[-1]
    us = [torch.linalg.matrix_power(move, step + 1) @ u for step in range(steps)]
    return us, [(v - target.flatten()).square().mean() for v in us]


@right("find_the_bug")
def relax_numbers(u, target, steps):
    u, wanted = u.tolist(), target.flatten().tolist()
    us, errors = [], []
    for _ in range(steps):
        inner = [(u[i - 1] + u[i + 1]) / 2 for i in range(1, len(u) - 1)]
        u = [u[0], *inner, u[-1]]
        squares = [(a - t) ** 2 for a, t in zip(u, wanted, strict=True)]
        errors.append(sum(squares) / len(u))
        us.append(torch.tensor(u))
    return us, errors


@wrong("find_the_bug", "the neighbours are new already")
def relax_alias(u, target, steps):
    u = u.clone()
    us, errors = [], []
    for _ in range(steps):
        old = u[:]
        for i in range(1, u.shape[0] - 1):
            u[i] = (old[i - 1] + old[i + 1]) / 2
        errors.append(((u - target[:, 0]) ** 2).mean())
        us.append(u.clone())
    return us, errors


@wrong("find_the_bug", "every entry against every target")
def relax_broadcast(u, target, steps):
    u = u.clone()
    us, errors = [], []
    for _ in range(steps):
        old = u.clone()
        for i in range(1, u.shape[0] - 1):
            u[i] = (old[i - 1] + old[i + 1]) / 2
        errors.append(((u - target) ** 2).mean())
        us.append(u.clone())
    return us, errors


@wrong("find_the_bug", "both bugs are still there")
def relax_unmended(u, target, steps):
    u = u.clone()
    us, errors = [], []
    for _ in range(steps):
        old = u
        for i in range(1, u.shape[0] - 1):
            u[i] = (old[i - 1] + old[i + 1]) / 2
        us.append(u.clone())
        difference = u - target
        errors.append((difference**2).mean())
    return us, errors


@wrong("find_the_bug", "the ends move")
def relax_rolled(u, target, steps):
    us, errors = [], []
    for _ in range(steps):
        u = (u.roll(1) + u.roll(-1)) / 2
        errors.append(((u - target[:, 0]) ** 2).mean())
        us.append(u)
    return us, errors


@wrong("find_the_bug", "the same tensor in every entry")
def relax_recorded_itself(u, target, steps):
    u = u.clone()
    us, errors = [], []
    for _ in range(steps):
        u[1:-1] = (u[:-2] + u[2:]) / 2
        errors.append(((u - target[:, 0]) ** 2).mean())
        us.append(u)
    return us, errors


@wrong("find_the_bug", "recorded before the step")
def relax_recorded_early(u, target, steps):
    us, errors = [], []
    for _ in range(steps):
        errors.append(((u - target[:, 0]) ** 2).mean())
        us.append(u.clone())
        u = torch.cat([u[:1], (u[:-2] + u[2:]) / 2, u[-1:]])
    return us, errors
