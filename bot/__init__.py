"""help-clip: settle a muddled word without passing recordings around."""
