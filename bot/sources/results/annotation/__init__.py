"""Results in the formats of annotation tools and corpora, one file a clip."""
