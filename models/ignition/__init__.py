"""How likely a vegetation fire starts in a cell on a day (起火概率). Apart from danger, which says what it would do."""
