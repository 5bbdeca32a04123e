# Where the state of deploy/terraform/digitalocean is kept: made once, by hand, with a state of its own on this
# machine. Spaces encrypts what it keeps.

terraform {
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "2.71.0"
    }
  }
}

variable "region" {
  description = "Where the bucket is."
  type        = string
  default     = "fra1"
}

variable "bucket" {
  description = "Name of the bucket; nobody else in the region may have it already."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "A bucket's name has 3 to 63 small letters, digits and hyphens."
  }
}

resource "digitalocean_spaces_bucket" "state" {
  name   = var.bucket
  region = var.region
  acl    = "private"

  versioning {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}

output "backend" {
  description = "What `terraform init` of the cluster is told with -backend-config."
  value = {
    bucket   = digitalocean_spaces_bucket.state.name
    endpoint = "https://${digitalocean_spaces_bucket.state.endpoint}"
  }
}
