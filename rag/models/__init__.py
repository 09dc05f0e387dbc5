"""What has weights. `loader` loads them; they lie in ``weights``, each with a card that tells its data and figures."""
