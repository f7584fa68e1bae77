"""The bot as an AWS Lambda function."""
