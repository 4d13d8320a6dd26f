"""What an ATen operator means for a count: ruled, free, unjudged, or work that has no rule.

An operator that does real work and has no rule must stop the count, for leaving it out would print
too small a number. Knows nothing of models.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import torch
from torch._ops import OpOverload

from catalogue.measure.operators import RULES


class Standing(Enum):
    """What is done about an operator."""

    RULED = "has a rule"
    FREE = "is no multiply-accumulate by the field's convention"
    UNJUDGED = "works on one tensor at most, so multiplies no two; reported as uncounted"
    WORK = "does work that no rule counts"


_FREE_NAMES = """
_adaptive_avg_pool2d _adaptive_avg_pool3d adaptive_max_pool2d adaptive_max_pool3d
avg_pool2d avg_pool3d max_pool2d_with_indices max_pool3d_with_indices max_pool2d
native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training
_batch_norm_with_update batch_norm cudnn_batch_norm native_layer_norm native_group_norm
_fused_rms_norm native_dropout _weight_norm_interface linalg_vector_norm norm
_softmax _safe_softmax _log_softmax softmax log_softmax logsumexp
upsample_nearest1d upsample_nearest2d upsample_nearest3d _upsample_nearest_exact1d
_upsample_nearest_exact2d _upsample_nearest_exact3d upsample_linear1d upsample_bilinear2d
upsample_trilinear3d upsample_bicubic2d _upsample_bilinear2d_aa _upsample_bicubic2d_aa
grid_sampler_2d grid_sampler_3d pixel_shuffle pixel_unshuffle channel_shuffle
im2col col2im constant_pad_nd reflection_pad1d reflection_pad2d reflection_pad3d
replication_pad1d replication_pad2d replication_pad3d
sum mean var std var_mean std_mean prod amax amin aminmax max min argmax argmin any all
cumsum cumprod cummax cummin topk sort argsort kthvalue median mode histc bincount
_thnn_fused_lstm_cell _thnn_fused_gru_cell glu _prelu_kernel hardswish hardswish_
embedding _embedding_bag index index_put index_put_ _unsafe_index _unsafe_index_put
index_select index_add index_add_ index_copy index_fill masked_fill masked_scatter
gather scatter scatter_ scatter_add scatter_add_ scatter_reduce take take_along_dim
searchsorted bucketize unique_dim _unique2 one_hot nonzero nonzero_static masked_select
cat stack clone copy copy_ _to_copy contiguous repeat repeat_interleave roll flip rot90
tril triu diag_embed unbind split split_with_sizes chunk unfold
unsafe_split unsafe_chunk split_copy split_with_sizes_copy unbind_copy
_unsafe_view _reshape_alias lift lift_fresh lift_fresh_copy alias_copy view_copy
empty empty_like empty_strided empty_permuted new_empty new_empty_strided new_zeros new_ones
new_full zeros zeros_like ones ones_like full full_like fill zero arange linspace logspace eye
scalar_tensor tril_indices triu_indices hann_window
rand rand_like randn randn_like randint randint_like randperm bernoulli bernoulli_ normal
normal_ uniform uniform_ exponential_ multinomial random_
_local_scalar_dense equal is_nonzero _assert_async _assert_tensor_metadata
sym_size sym_numel sym_stride sym_storage_offset record_stream floor_divide
"""

_FREE = frozenset(_FREE_NAMES.split())
"""Copies, choices, norms, pooling, interpolation, reductions and random numbers.

Elementwise operators and views are not listed: torch marks them itself.
"""

_FREE_TAGS = frozenset({torch.Tag.pointwise, torch.Tag.inplace_view})

_WORK_BEGINNINGS = ("_fft", "fft_", "_linalg", "linalg_", "_cdist", "cholesky", "segment_")
"""Families that do much work on a single tensor."""


def name_in_aten(operator: OpOverload[..., Any]) -> str:
    """The operator's name without overload: `add`, and `torchvision.roi_align` outside ATen."""
    return str(operator).rpartition(".")[0].removeprefix("aten.")


def standing_of(operator: OpOverload[..., Any], args: Sequence[Any]) -> Standing:
    """Judge an operator by its name, torch's own marks and the tensors it was given.

    An operator that nobody has listed is work when it comes from outside ATen, when it belongs to
    a family known for work, or when it takes two tensors of real numbers or more: it may multiply
    one by the other.
    """
    name = name_in_aten(operator)
    if name in RULES:
        return Standing.RULED
    if name in _FREE or operator.is_view or not _FREE_TAGS.isdisjoint(operator.tags):
        return Standing.FREE
    outside = operator.namespace not in {"aten", "prim", "prims"}
    if outside or name.startswith(_WORK_BEGINNINGS) or _real_tensors(args) > 1:
        return Standing.WORK
    return Standing.UNJUDGED


def _real_tensors(args: Sequence[Any]) -> int:
    """Tensors of floating-point or complex numbers among arguments, lists looked into."""
    found = 0
    for argument in args:
        if isinstance(argument, torch.Tensor):
            found += argument.is_floating_point() or argument.is_complex()
        elif isinstance(argument, list | tuple):
            found += _real_tensors(argument)
    return found
