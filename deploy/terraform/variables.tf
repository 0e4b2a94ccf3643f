variable "name" {
  description = "What queue, function and role are called."
  type        = string
  default     = "moretta"
}

variable "package" {
  description = "The zip that `./dev package lambda moretta.yaml` made."
  type        = string
  default     = "../../build/package/moretta-lambda-x86_64.zip"
}

variable "architecture" {
  description = "What the zip was made for."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "The architecture is x86_64 or arm64."
  }
}

variable "database_url" {
  description = "Without a password, e.g. postgresql://loader@db.cluster-abc.eu-west-1.rds.amazonaws.com/app"
  type        = string
}

variable "database_secret_arn" {
  description = "The database user's secret in Secrets Manager, as RDS keeps it."
  type        = string
}

variable "database_security_group_id" {
  description = "The security group of the database; the function is let in on its port."
  type        = string
}

variable "database_port" {
  type    = number
  default = 5432
}

variable "masking_key_secret_arn" {
  description = "The secret with the key of the masks. It is made outside, because what Terraform makes stands in its state file in clear."
  type        = string
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  description = "Private subnets, with a way to Secrets Manager (an interface endpoint or NAT)."
  type        = list(string)
}

variable "maximum_concurrency" {
  description = "The most functions at once, which is the most database connections."
  type        = number
  default     = 10

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000
    error_message = "An event source mapping takes 2 to 1000."
  }
}

variable "timeout_seconds" {
  description = "Of one invocation. The queue's visibility timeout follows from it."
  type        = number
  default     = 60

  validation {
    condition     = var.timeout_seconds >= 10 && var.timeout_seconds <= 900
    error_message = "A function runs for 10 to 900 seconds."
  }
}

variable "alarm_actions" {
  description = "Topics to tell when messages are late or lost."
  type        = list(string)
  default     = []
}
