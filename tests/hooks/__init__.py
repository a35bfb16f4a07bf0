"""What the tests of webhooks need outside Parlour: a receiver of them."""
