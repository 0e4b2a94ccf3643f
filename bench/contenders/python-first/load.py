"""What the first user runs: receive ten, and for each message MD5, one INSERT, a commit and a delete."""

import datetime
import hashlib
import json
import os
import platform
import sys

import boto3
import psycopg2

INSERT = """INSERT INTO user_logins
    (user_id, device_type, masked_ip, masked_device_id, locale, app_version, create_date)
    VALUES (%s, %s, %s, %s, %s, %s, %s)"""


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def row_of(message):
    """The row, or None for a message that none can be made of."""
    try:
        event = json.loads(message["Body"])
        texts = [event[key] for key in ("user_id", "device_type", "ip", "device_id", "app_version")]
        if not all(isinstance(text, str) for text in texts):
            return None
        sent_at = int(message["Attributes"]["SentTimestamp"]) / 1000
        day = datetime.datetime.fromtimestamp(sent_at, datetime.timezone.utc).date()
        return (event["user_id"], event["device_type"], md5(event["ip"]), md5(event["device_id"]),
                event["locale"], int(event["app_version"].split(".")[0]), day)
    except (ValueError, KeyError, TypeError):
        return None


def main():
    sqs = boto3.client("sqs", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    queue_url = os.environ["QUEUE_URL"]
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    cursor = connection.cursor()
    while True:
        answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=20,
                                     AttributeNames=["SentTimestamp"])
        for message in answer.get("Messages", []):
            row = row_of(message)
            if row is not None:
                cursor.execute(INSERT, row)
                connection.commit()
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    if sys.argv[1:] == ["--version"]:
        print(f"Python {platform.python_version()}, boto3 {boto3.__version__}, "
              f"psycopg2 {psycopg2.__version__.split()[0]}")
    else:
        main()
