"""What another province's platform reads and answers without a person at our desk."""
