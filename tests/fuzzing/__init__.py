"""Whatever bytes arrive, each reader answers as it promises; `scripts/fuzz` tries for as long as is asked."""
