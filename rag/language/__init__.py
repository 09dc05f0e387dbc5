"""What is known of English: words, numbers, dates. Closed things only; what people write otherwise is read by models."""
