# Pictures lie on a file system that all replicas share, backups in a bucket.

resource "aws_efs_file_system" "pictures" {
  encrypted  = true
  kms_key_id = aws_kms_key.this["storage"].arn

  lifecycle_policy {
    transition_to_ia = "AFTER_30_DAYS"
  }

  tags = {
    Name = "${var.name}-pictures"
  }
}

resource "aws_efs_backup_policy" "pictures" {
  file_system_id = aws_efs_file_system.pictures.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_security_group" "pictures" {
  name        = "${var.name}-pictures"
  description = "NFS, for nodes of the cluster"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "pictures" {
  security_group_id            = aws_security_group.pictures.id
  description                  = "Nodes of the cluster"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

resource "aws_efs_mount_target" "pictures" {
  for_each = aws_subnet.private

  file_system_id  = aws_efs_file_system.pictures.id
  subnet_id       = each.value.id
  security_groups = [aws_security_group.pictures.id]
}

resource "aws_s3_bucket" "backups" {
  bucket_prefix = "${var.name}-backups-"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "backups" {
  bucket = aws_s3_bucket.backups.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "backups" {
  bucket = aws_s3_bucket.backups.id

  rule {
    id     = "old versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.backup_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "backups" {
  bucket = aws_s3_bucket.backups.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this["storage"].arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "backups" {
  bucket                  = aws_s3_bucket.backups.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

data "aws_iam_policy_document" "encrypted_ways" {
  statement {
    sid       = "OverTlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.backups.arn, "${aws_s3_bucket.backups.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "backups" {
  bucket = aws_s3_bucket.backups.id
  policy = data.aws_iam_policy_document.encrypted_ways.json
}

resource "aws_ecr_repository" "boxoffice" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.this["storage"].arn
  }
}

resource "aws_ecr_lifecycle_policy" "boxoffice" {
  repository = aws_ecr_repository.boxoffice.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "The last fifty images: enough to go back by"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 50 }
      action       = { type = "expire" }
    }]
  })
}
