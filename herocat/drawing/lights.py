"""The lights there are at each kind of place, by name."""

from collections.abc import Mapping
from dataclasses import replace

from herocat.drawing.light import Light

_DAY = Light("day")
_GREY = Light(
    "overcast",
    sun=(0.30, 0.31, 0.33),
    sky=(0.62, 0.65, 0.70),
    bounce=(0.26, 0.26, 0.24),
    haze=(0.55, 0.60, 0.65),
    thick=170,
    zenith=(0.50, 0.56, 0.63),
    low=(0.68, 0.72, 0.76),
    clouds=0.9,
    cloud=(0.78, 0.81, 0.85),
    quality=0.82,
)
_DUSK = Light(
    "dusk",
    sun_at=(0.75, 0.28, -0.30),
    sun=(1.5, 0.92, 0.42),
    sky=(0.26, 0.28, 0.36),
    bounce=(0.20, 0.14, 0.08),
    haze=(0.72, 0.46, 0.26),
    thick=200,
    zenith=(0.17, 0.23, 0.44),
    low=(1.0, 0.58, 0.26),
    cloud=(1.05, 0.66, 0.44),
    glow=(0.70, 0.40, 0.75),
    glow_colour=(1.0, 0.58, 0.22),
    rim=1.0,
    quality=1.0,
)
_DAWN = replace(
    _DUSK,
    name="dawn",
    sun_at=(-0.75, 0.34, 0.35),
    sun=(1.35, 0.98, 0.66),
    sky=(0.30, 0.34, 0.42),
    haze=(0.62, 0.56, 0.52),
    thick=150,
    zenith=(0.30, 0.38, 0.55),
    low=(0.86, 0.70, 0.58),
    cloud=(1.0, 0.80, 0.68),
    glow=(0.10, 0.38, 0.35),
    glow_colour=(1.0, 0.80, 0.58),
    rim=0.5,
)
_NIGHT = Light("night", infrared=True, flash=6.2, quality=0.78)
_NEAR = replace(_NIGHT, name="night, near", flash=4.0)
_FAR = replace(_NIGHT, name="night, far", flash=9.5)
_BURNT = replace(_NIGHT, name="night, overexposed", flash=9.0, exposure=2.2, quality=0.2)


def _named(*lights: Light) -> Mapping[str, Light]:
    return {light.name: light for light in (*lights, _NIGHT, _NEAR, _FAR, _BURNT)}


PLAINS = _named(_DAY, _DUSK, _DAWN, _GREY)
RIVER = _named(replace(_DAY, thick=220), _DUSK, replace(_DAWN, mist=0.55), _GREY)
SNOW = _named(
    replace(
        _DAY,
        sun=(1.0, 0.94, 0.84),
        sky=(0.36, 0.43, 0.54),
        bounce=(0.42, 0.46, 0.54),
        exposure=0.92,
    ),
    replace(
        _DUSK,
        sun=(1.15, 0.66, 0.40),
        sky=(0.26, 0.30, 0.44),
        haze=(0.62, 0.44, 0.42),
        low=(0.92, 0.58, 0.44),
        bounce=(0.40, 0.34, 0.34),
        glow=(0.30, 0.40, 0.5),
    ),
    replace(
        _GREY,
        name="snowfall",
        sun=(0.16, 0.17, 0.18),
        sky=(0.58, 0.62, 0.68),
        bounce=(0.44, 0.46, 0.50),
        thick=75,
        haze=(0.62, 0.66, 0.71),
        low=(0.66, 0.70, 0.74),
        zenith=(0.60, 0.64, 0.69),
        quality=0.95,
    ),
    replace(_GREY, exposure=0.95, bounce=(0.42, 0.44, 0.48)),
)
MEADOW = _named(
    replace(_DAY, thick=230),
    _DUSK,
    replace(
        _DAWN,
        mist=0.85,
        haze=(0.78, 0.62, 0.46),
        glow=(0.30, 0.37, 0.65),
        glow_colour=(1.0, 0.74, 0.42),
        sun_at=(-0.7, 0.30, -0.25),
        rim=1.0,
    ),
    _GREY,
)
DESERT = _named(
    replace(_DAY, thick=420, sun=(1.35, 1.18, 0.95)),
    replace(_DUSK, haze=(0.66, 0.40, 0.28), thick=300),
    replace(_DAWN, thick=260, haze=(0.62, 0.50, 0.46)),
    _GREY,
)
BEECHES = _named(
    replace(
        _DAY,
        haze=(0.56, 0.61, 0.35),
        thick=125,
        sky=(0.34, 0.38, 0.33),
        sun=(1.5, 1.36, 0.95),
        glow=(0.36, 0.02, 0.4),
        glow_colour=(1.0, 0.95, 0.7),
        shafts=0.35,
    ),
    replace(
        _DUSK,
        haze=(0.58, 0.46, 0.22),
        thick=95,
        sky=(0.24, 0.25, 0.22),
        sun=(1.5, 1.0, 0.5),
        glow=(0.62, 0.25, 0.55),
        shafts=0.4,
    ),
    replace(
        _DAWN,
        haze=(0.56, 0.58, 0.46),
        thick=60,
        sky=(0.32, 0.36, 0.34),
        glow=(0.36, 0.10, 0.4),
        shafts=0.5,
    ),
    replace(_GREY, haze=(0.44, 0.50, 0.38), thick=90, sky=(0.50, 0.54, 0.50)),
)
BIRCHES = _named(
    replace(
        _DAY,
        haze=(0.74, 0.66, 0.46),
        thick=110,
        sky=(0.38, 0.37, 0.36),
        sun=(1.45, 1.2, 0.8),
        glow=(0.62, 0.05, 0.4),
        glow_colour=(1.0, 0.9, 0.65),
        shafts=0.2,
    ),
    replace(
        _DUSK,
        haze=(0.74, 0.46, 0.22),
        thick=90,
        sky=(0.27, 0.26, 0.27),
        glow=(0.60, 0.30, 0.6),
        shafts=0.4,
    ),
    replace(
        _DAWN,
        haze=(0.66, 0.60, 0.52),
        thick=50,
        sky=(0.36, 0.37, 0.38),
        glow=(0.55, 0.15, 0.4),
        shafts=0.35,
    ),
    replace(_GREY, haze=(0.60, 0.57, 0.50), thick=80, sky=(0.56, 0.56, 0.56)),
)
