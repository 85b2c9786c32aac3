"""What forced aligners write, which find the times of words that are known."""
