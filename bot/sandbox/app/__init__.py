"""The one installed app: its manifest, tokens, limits, trigger_ids and open views."""
