"""Decoders in a process apart: no settings, no files, no network, hard limits.

`client` is the bot's side. `server` is the other process: for each recording it forks
one job, which is confined (`confinement`), reads with libsndfile (`sndfile`) or becomes
ffmpeg, writes samples and ends.
"""
