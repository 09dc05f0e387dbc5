"""Colours and type of the page. System fonts only: Gradio's own themes may fetch theirs from elsewhere."""

from __future__ import annotations

from gradio.themes import Base
from gradio.themes.utils import colors, sizes

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Arial", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace")

_SHADES = ("c50", "c100", "c200", "c300", "c400", "c500", "c600", "c700", "c800", "c900", "c950")


def _hue(name: str, shades: str) -> colors.Color:
    """A colour in eleven shades, from the lightest to the darkest."""
    return colors.Color(name=name, **dict(zip(_SHADES, shades.split(), strict=True)))


_PAPER = _hue("paper", "#fbfaf8 #f4f2ee #e6e3dc #d0ccc3 #a5a096 #746f66 #57534c #3f3c37 #2a2825 #1b1a18 #121110")
_INK = _hue("ink", "#eef4f8 #d8e6ef #b4cede #86aec8 #5589ac #336c93 #1f567b #194664 #163a52 #122e42 #0c1f2d")


def theme() -> Base:
    """The theme; the page's own parts take their colours from ``style.css``."""
    return Base(
        primary_hue=_INK,
        secondary_hue=_INK,
        neutral_hue=_PAPER,
        radius_size=sizes.radius_md,
        text_size=sizes.text_md,
        font=SANS,
        font_mono=MONO,
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color="*neutral_900",
        body_text_color_dark="*neutral_100",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        background_fill_primary="white",
        background_fill_primary_dark="*neutral_900",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="*neutral_900",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_width="1px",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_800",
        block_shadow="none",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_border_width="0px",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_300",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_300",
        block_title_text_weight="500",
        border_color_primary="*neutral_300",
        border_color_primary_dark="*neutral_700",
        input_background_fill="white",
        input_background_fill_dark="*neutral_900",
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_700",
        input_border_color_focus="*primary_500",
        input_border_color_focus_dark="*primary_400",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        input_border_width="1px",
        input_shadow="none",
        input_shadow_focus="none",
        button_border_width="1px",
        button_large_radius="*radius_md",
        button_small_radius="*radius_md",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_300",
        button_primary_background_fill_hover_dark="*primary_200",
        button_primary_text_color="white",
        button_primary_text_color_dark="*neutral_950",
        button_primary_border_color="*primary_600",
        button_primary_border_color_dark="*primary_300",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_100",
        button_secondary_background_fill_dark="*neutral_900",
        button_secondary_background_fill_hover_dark="*neutral_800",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_700",
        button_secondary_text_color="*neutral_800",
        button_secondary_text_color_dark="*neutral_100",
        button_cancel_background_fill="#a12a2a",
        button_cancel_background_fill_hover="#842222",
        button_cancel_background_fill_dark="#f0a3a0",
        button_cancel_background_fill_hover_dark="#f6bcba",
        button_cancel_text_color="white",
        button_cancel_text_color_dark="*neutral_950",
    )
