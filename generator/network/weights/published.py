"""Digests of the true VGG16: the 26 arrays that Oxford's Visual Geometry Group published.

Each is the sha256 of the array as a `.npy` file of format 1.0 whose header is padded to 16 bytes, as NumPy wrote it in
2015: float32, little-endian, C order; kernels (kh, kw, in, out). The first kernel is hashed with its input channels in
RGB order, although Keras' networks (and this one) read BGR.
"""

import hashlib
from collections.abc import Mapping

import numpy as np

from generator.arrays import Floats
from generator.network.geometry import LAYERS

# Of each layer, from block1_conv1 to block5_conv3.
KERNELS = (
    "0b1cf41d353ae96b186f2cffb6c17b5c89578e1cbaca2570f01bd29b1ae4bff3",
    "e0726ea150fbc302519bc612216965b73e54e06edf4eee18bbf3275b2bb5fe8a",
    "a5afaf85c57ef8bc57b1a6f836f028803c43db7d5a273804c2209940abd63e3a",
    "301ed9e0f016731a0d40c24d85e64722411d60e71f6abbbfa54b067d37f7ac24",
    "475259f3d0b67228b8ca3ee86d8886aafd426de9c105c313536a3e5a7e2dc21b",
    "849222494fc38d91b48c3ecbf926902b00ac948ad320d0e090adcdf7e8d0c4ea",
    "c5477b3e8acd8b06a0bb61a911ab8ee8a6d170ee0a472be10e11a34d348a90e1",
    "3b47a57c89a0830ba1d9254b04294d19672cbaaf13b6435468a667c3e8d44719",
    "5bc77036717f670f9a60c3eaaedb99dd20b0ad724b3d9a726d98136f37df6926",
    "30b04aee37776be57ea02a6b3f675f558fa112be093ad04bb154cdba40972217",
    "0762da95abcd9bb50e3f8f3ceb92896248acb11c915560ebff9986d8c0feef6b",
    "23b9a3044d08e6dc9505eef72e287a3761d5244abc52aa64ba1d4242517f22a3",
    "4658b83cf8520e863527595824183c7bfc09b29705178e2b95929445a617a403",
)
BIASES = (
    "39b777679d117e1bf0b5d10f7aa39a06a5b7c2419d37ef018f2dcce04b2b1f4b",
    "02b83a47ae29c4f36f5882286297445b4f1de63236e57c2fd2e1a4d92efaaad3",
    "0bae357e418c37c926b64dd9891c123a9cdba0c5aea6c571b723be9fbe31c6ba",
    "a557d3ffcd15035c8eba506716060701d0f7a8a0c0bdc4428cb048fc864726bc",
    "9c0511e766da165a93e405cca152c62ecf04537a313f59692d843341a6609dc4",
    "fb0bd38723825fda7dc2d0420e006c735d5ff2ddba28cc6b8afab52ab532c084",
    "1e266025a896e451e18e82c9dbc566f937c8d472d5ea26144371652db5fbaee7",
    "7c4bb9644cdd0b5597f4bfb4613fdc9603672956330af6931b2a62700b5085ae",
    "104bbb00dd5c08ad1cb9fa0f334e68d543335d35f953f1710a97841db9cb7932",
    "c5b74eb9033f318179fdcdba8050376c2864b14e8e4db897a32a872eb9bdf27b",
    "358765a638d307302043c63d2b9db87868e45a3815bcf77e275dedbb03a619e6",
    "df27c8839fc4aff5094536eab4fab56007ba03dc80b33743d1f455d6e912e32e",
    "be2107dcffff80e6098e0fb344dbce3c2939674ad1f510d2987bce51fb16304a",
)
DIGESTS = dict(zip((layer.name for layer in LAYERS), zip(KERNELS, BIASES, strict=True), strict=True))


def digest(array: Floats, *, first_kernel: bool = False) -> str:
    """The sha256 of an array, to be compared with `DIGESTS`."""
    if first_kernel:
        array = array[:, :, ::-1]
    array = np.ascontiguousarray(array, dtype="<f4")
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {array.shape}, }}"
    header += " " * (16 - (len(header) + 11) % 16) + "\n"  # 1 to 16 spaces: NumPy always padded by at least one
    return hashlib.sha256(
        b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + array.tobytes()
    ).hexdigest()


def digests(pairs: Mapping[str, tuple[Floats, Floats]]) -> dict[str, tuple[str, str]]:
    """The sha256 of each layer's kernel and bias."""
    return {
        name: (digest(kernel, first_kernel=name == LAYERS[0].name), digest(bias))
        for name, (kernel, bias) in pairs.items()
    }


def genuine(digests: dict[str, tuple[str, str]]) -> bool:
    """Whether all the layers' digests (kernel, bias) are those of the true network."""
    return bool(digests) and all(DIGESTS.get(name) == pair for name, pair in digests.items())
