# Pictures and backups. Their keys are made by hand, one for each bucket, so that no state holds them.

resource "digitalocean_spaces_bucket" "this" {
  for_each = toset(["backups", "pictures"])

  name   = "${var.name}-${each.key}"
  region = var.region
  acl    = "private"

  versioning {
    enabled = true
  }

  lifecycle_rule {
    id      = "old versions"
    enabled = true

    noncurrent_version_expiration {
      days = 35
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}
