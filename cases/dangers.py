"""Files that can do more than be read, told by their name: what people are warned of before they open one."""

from collections.abc import Mapping
from enum import StrEnum


class Danger(StrEnum):
    """Why a file can do more than be read."""

    PROGRAM = "program"
    MACROS = "macros"


_PROGRAMS = (
    "ade adp apk app appx bat bin cab chm cmd com cpl dll dmg exe gadget hlp hta html htm img ins iso isp jar jnlp js "
    "jse lib lnk mde msc msi msix msp mst nsh pif ps1 psm1 py rb reg scf scr sct sh shb svg sys url vb vbe vbs vhd "
    "vhdx vxd ws wsc wsf wsh xht xhtml xll"
)
_WITH_MACROS = "docm dotm potm ppam ppsm pptm sldm xla xlam xlsb xlsm xltm"
DANGERS: Mapping[str, Danger] = {
    **dict.fromkeys(_PROGRAMS.split(), Danger.PROGRAM),
    **dict.fromkeys(_WITH_MACROS.split(), Danger.MACROS),
}
"""By ending; what a browser would run (`html`, `svg`) is a program too."""


def danger(filename: str) -> Danger | None:
    """What the ending of a name warns of. `facture.pdf.exe` is a program."""
    return DANGERS.get(filename.strip(" .").rpartition(".")[2].lower())
