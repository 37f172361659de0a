"""The nodes that the fake server knows: what they take, and which ones save pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SAMPLERS = ["euler", "euler_ancestral", "dpmpp_2m", "ddim"]
SCHEDULERS = ["normal", "karras"]
_SCALES = ["nearest-exact", "bilinear", "area", "bicubic", "lanczos"]
_SIDE = ("INT", {"default": 512, "min": 16, "max": 16384, "step": 8})


@dataclass(frozen=True)
class Kind:
    """`inputs` are by name: a type that is linked, or a type with options, or a list of choices."""

    inputs: Mapping[str, Any]
    outputs: tuple[str, ...] = ()
    saves: bool = False
    optional: frozenset[str] = frozenset()


def kinds(models: list[str], loras: list[str]) -> dict[str, Kind]:
    scaling: dict[str, Any] = {
        "upscale_method": _SCALES,
        "width": _SIDE,
        "height": _SIDE,
        "crop": ["disabled", "center"],
    }
    ratio = ("FLOAT", {"default": 1.0, "min": 0.0, "max": 1.0, "step": 0.01})
    strength = ("FLOAT", {"default": 1.0, "min": -100.0, "max": 100.0})
    batch = ("INT", {"default": 1, "min": 1, "max": 4096})
    sampling: dict[str, Any] = {
        "model": "MODEL",
        "positive": "CONDITIONING",
        "negative": "CONDITIONING",
        "latent_image": "LATENT",
        "seed": ("INT", {"default": 0, "min": 0, "max": 2**64 - 1}),
        "steps": ("INT", {"default": 20, "min": 1, "max": 10000}),
        "cfg": ("FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0}),
        "sampler_name": SAMPLERS,
        "scheduler": SCHEDULERS,
        "denoise": ratio,
    }
    text = {"text": ("STRING", {"multiline": True}), "clip": "CLIP"}
    lora: dict[str, Any] = {"model": "MODEL", "clip": "CLIP", "lora_name": loras}
    lora |= {"strength_model": strength, "strength_clip": strength}
    picture = ("IMAGEFILE", {"image_upload": True})
    pasting: dict[str, Any] = {
        "destination": "IMAGE",
        "source": "IMAGE",
        "x": _AT,
        "y": _AT,
        "resize_source": ("BOOLEAN", {}),
    }
    return {
        "CheckpointLoaderSimple": Kind({"ckpt_name": models}, ("MODEL", "CLIP", "VAE")),
        "LoraLoader": Kind(lora, ("MODEL", "CLIP")),
        "CLIPTextEncode": Kind(text, ("CONDITIONING",)),
        "EmptyLatentImage": Kind({"width": _SIDE, "height": _SIDE, "batch_size": batch}, ("LATENT",)),
        "KSampler": Kind(sampling, ("LATENT",)),
        "VAEDecode": Kind({"samples": "LATENT", "vae": "VAE"}, ("IMAGE",)),
        "VAEEncode": Kind({"pixels": "IMAGE", "vae": "VAE"}, ("LATENT",)),
        "SetLatentNoiseMask": Kind({"samples": "LATENT", "mask": "MASK"}, ("LATENT",)),
        "LoadImage": Kind({"image": picture}, ("IMAGE", "MASK")),
        "ImageScale": Kind({"image": "IMAGE", **scaling}, ("IMAGE",)),
        "ImageToMask": Kind({"image": "IMAGE", "channel": ["red", "green", "blue"]}, ("MASK",)),
        "ImageCompositeMasked": Kind(pasting | {"mask": "MASK"}, ("IMAGE",), optional=frozenset({"mask"})),
        "SaveImage": Kind({"images": "IMAGE", "filename_prefix": ("STRING", {})}, saves=True),
        "PreviewImage": Kind({"images": "IMAGE"}, saves=True),
    }


_AT = ("INT", {"default": 0, "min": 0, "max": 16384})
