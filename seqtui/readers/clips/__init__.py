"""Films, pictures and vectors per frame in, clips out."""
