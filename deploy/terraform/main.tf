# moretta as a Lambda function behind an SQS queue: function, queue, dead-letter queue, role.
# The same as deploy/lambda/template.yaml; docs/deploy.md says what each number is for.

locals {
  window_seconds = 1
}

resource "aws_sqs_queue" "messages" {
  name                       = var.name
  sqs_managed_sse_enabled    = true
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 6 * var.timeout_seconds + local.window_seconds

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 10
  })
}

# A message keeps its first sending time when it comes here: as long a life as there is.
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.messages.arn]
  })
}

resource "aws_sqs_queue_policy" "only_over_tls" {
  for_each = {
    messages     = aws_sqs_queue.messages
    dead_letters = aws_sqs_queue.dead_letters
  }

  queue_url = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = each.value.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 30
}

resource "aws_lambda_function" "moretta" {
  function_name    = var.name
  description      = "SQS to Postgres, masked"
  runtime          = "provided.al2023"
  architectures    = [var.architecture]
  handler          = "bootstrap"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  memory_size      = 512
  timeout          = var.timeout_seconds
  role             = aws_iam_role.function.arn

  environment {
    variables = {
      DATABASE_URL       = var.database_url
      DATABASE_SECRET    = var.database_secret_arn
      MASKING_KEY_SECRET = var.masking_key_secret_arn

      # RDS's authorities are not among the public ones: its bundle goes into the zip.
      PGSSLMODE     = "verify-full"
      PGSSLROOTCERT = "/var/task/rds-ca.pem"
      SSL_CERT_FILE = "/var/task/ca-certificates.crt"
    }
  }

  logging_config {
    log_format = "Text" # moretta's lines are JSON already
    log_group  = aws_cloudwatch_log_group.function.name
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.function.id]
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_event_source_mapping" "messages" {
  event_source_arn                   = aws_sqs_queue.messages.arn
  function_name                      = aws_lambda_function.moretta.arn
  batch_size                         = 1000
  maximum_batching_window_in_seconds = local.window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
}
