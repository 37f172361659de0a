"""The tensors of a Stable Diffusion 1.5 checkpoint that is as small as ComfyUI still takes for one.

The text encoder is whole, since its size is fixed. The denoiser has one level with one residual block,
and the autoencoder is the tiny one: 151 million weights.
"""

from __future__ import annotations

from collections.abc import Iterator

from tools.real_comfyui.weights import Shape

Layout = Iterator[tuple[str, Shape]]

CHANNELS = 320
"""Of the denoiser: by these is the family known."""

EMBEDDING = 4 * CHANNELS
TOKENS, WORDS, TEXT, TEXT_LAYERS = 77, 49408, 768, 12
LATENT, RGB, TINY = 4, 3, 64


def layer(name: str, *shape: int, bias: bool = True) -> Layout:
    """Yield a layer's weight, whose first side is what comes out of it, and its bias."""
    yield f"{name}.weight", shape
    if bias:
        yield f"{name}.bias", shape[:1]


def text_encoder(name: str) -> Layout:
    """Yield CLIP ViT-L's text half."""
    yield f"{name}.embeddings.token_embedding.weight", (WORDS, TEXT)
    yield f"{name}.embeddings.position_embedding.weight", (TOKENS, TEXT)
    for number in range(TEXT_LAYERS):
        block = f"{name}.encoder.layers.{number}"
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from layer(f"{block}.self_attn.{part}", TEXT, TEXT)
        yield from layer(f"{block}.layer_norm1", TEXT)
        yield from layer(f"{block}.mlp.fc1", 4 * TEXT, TEXT)
        yield from layer(f"{block}.mlp.fc2", TEXT, 4 * TEXT)
        yield from layer(f"{block}.layer_norm2", TEXT)
    yield from layer(f"{name}.final_layer_norm", TEXT)


def residual(name: str, given: int) -> Layout:
    """Yield a block that makes `CHANNELS` of `given` channels."""
    yield from layer(f"{name}.in_layers.0", given)
    yield from layer(f"{name}.in_layers.2", CHANNELS, given, 3, 3)
    yield from layer(f"{name}.emb_layers.1", CHANNELS, EMBEDDING)
    yield from layer(f"{name}.out_layers.0", CHANNELS)
    yield from layer(f"{name}.out_layers.3", CHANNELS, CHANNELS, 3, 3)
    if given != CHANNELS:
        yield from layer(f"{name}.skip_connection", CHANNELS, given, 1, 1)


def transformer(name: str) -> Layout:
    """Yield a block that looks at itself, and at the words."""
    block = f"{name}.transformer_blocks.0"
    yield from layer(f"{name}.norm", CHANNELS)
    yield from layer(f"{name}.proj_in", CHANNELS, CHANNELS, 1, 1)
    for number, context in ((1, CHANNELS), (2, TEXT)):
        yield from layer(f"{block}.norm{number}", CHANNELS)
        yield from layer(f"{block}.attn{number}.to_q", CHANNELS, CHANNELS, bias=False)
        yield from layer(f"{block}.attn{number}.to_k", CHANNELS, context, bias=False)
        yield from layer(f"{block}.attn{number}.to_v", CHANNELS, context, bias=False)
        yield from layer(f"{block}.attn{number}.to_out.0", CHANNELS, CHANNELS)
    yield from layer(f"{block}.norm3", CHANNELS)
    yield from layer(f"{block}.ff.net.0.proj", 8 * CHANNELS, CHANNELS)
    yield from layer(f"{block}.ff.net.2", CHANNELS, 4 * CHANNELS)
    yield from layer(f"{name}.proj_out", CHANNELS, CHANNELS, 1, 1)


def denoiser(name: str) -> Layout:
    """Yield a U-Net that never narrows."""
    yield from layer(f"{name}.time_embed.0", EMBEDDING, CHANNELS)
    yield from layer(f"{name}.time_embed.2", EMBEDDING, EMBEDDING)
    yield from layer(f"{name}.input_blocks.0.0", CHANNELS, LATENT, 3, 3)
    yield from residual(f"{name}.input_blocks.1.0", CHANNELS)
    yield from transformer(f"{name}.input_blocks.1.1")
    yield from residual(f"{name}.middle_block.0", CHANNELS)
    yield from transformer(f"{name}.middle_block.1")
    yield from residual(f"{name}.middle_block.2", CHANNELS)
    for number in range(2):  # each takes in what an input block gave
        yield from residual(f"{name}.output_blocks.{number}.0", 2 * CHANNELS)
        yield from transformer(f"{name}.output_blocks.{number}.1")
    yield from layer(f"{name}.out.0", CHANNELS)
    yield from layer(f"{name}.out.2", LATENT, CHANNELS, 3, 3)


def tiny_block(name: str) -> Layout:
    for place in (0, 2, 4):
        yield from layer(f"{name}.conv.{place}", TINY, TINY, 3, 3)


def tiny_autoencoder(name: str) -> Layout:
    """Yield TAESD's two halves; the places that are left out have no weights."""
    encoder, decoder = f"{name}.taesd_encoder", f"{name}.taesd_decoder"
    yield from layer(f"{encoder}.0", TINY, RGB, 3, 3)
    for place in (2, 6, 10):
        yield from layer(f"{encoder}.{place}", TINY, TINY, 3, 3, bias=False)
    for place in (1, 3, 4, 5, 7, 8, 9, 11, 12, 13):
        yield from tiny_block(f"{encoder}.{place}")
    yield from layer(f"{encoder}.14", LATENT, TINY, 3, 3)
    yield from layer(f"{decoder}.1", TINY, LATENT, 3, 3)
    for place in (7, 12, 17):
        yield from layer(f"{decoder}.{place}", TINY, TINY, 3, 3, bias=False)
    for place in (3, 4, 5, 8, 9, 10, 13, 14, 15, 18):
        yield from tiny_block(f"{decoder}.{place}")
    yield from layer(f"{decoder}.19", RGB, TINY, 3, 3)
    yield f"{name}.vae_scale", ()
    yield f"{name}.vae_shift", ()


def checkpoint() -> dict[str, Shape]:
    """Return every tensor's shape by its name."""
    return {
        **dict(text_encoder("cond_stage_model.transformer.text_model")),
        **dict(denoiser("model.diffusion_model")),
        **dict(tiny_autoencoder("first_stage_model")),
    }


def lora() -> dict[str, Shape]:
    """Return the same of a LoRA that changes how the words are read."""
    name, rank = "lora_te_text_model_encoder_layers_0_mlp_fc1", 4
    return {f"{name}.lora_down.weight": (rank, TEXT), f"{name}.lora_up.weight": (4 * TEXT, rank)}
