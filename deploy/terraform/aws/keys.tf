# A key for each kind of thing: whoever may read one may not read the others.
resource "aws_kms_key" "this" {
  for_each = {
    secrets    = "Encrypts Secrets in etcd"
    parameters = "Encrypts the parameters under /boxoffice"
    storage    = "Encrypts pictures, backups and images"
  }

  description             = each.value
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "this" {
  for_each = aws_kms_key.this

  name          = "alias/${var.name}-${each.key}"
  target_key_id = each.value.key_id
}
