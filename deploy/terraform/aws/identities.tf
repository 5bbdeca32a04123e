# Who in the cluster may do what at AWS: each service account its own, by EKS Pod Identity, without a key.

data "aws_caller_identity" "this" {}

locals {
  parameters = "arn:aws:ssm:${var.region}:${data.aws_caller_identity.this.account_id}:parameter/boxoffice"

  # Each has a database of its own, and reads and writes the backups of no other.
  services = [
    "identity",
    "shows",
    "tickets",
    "orders",
    "expiration",
    "payments",
    "mail",
    "reviews",
    "moderation",
    "query",
    "web",
  ]
}

module "external_secrets" {
  source = "./identity"

  cluster   = aws_eks_cluster.this.name
  namespace = "external-secrets"
  account   = "external-secrets"
  policy    = data.aws_iam_policy_document.external_secrets.json
}

data "aws_iam_policy_document" "external_secrets" {
  statement {
    actions   = ["ssm:GetParameter*"]
    resources = [local.parameters, "${local.parameters}/*"]
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.this["parameters"].arn]
  }
}

module "backups" {
  source   = "./identity"
  for_each = toset(local.services)

  cluster   = aws_eks_cluster.this.name
  namespace = "boxoffice"
  account   = "database-${each.key}"
  policy    = data.aws_iam_policy_document.backups[each.key].json
}

data "aws_iam_policy_document" "backups" {
  for_each = toset(local.services)

  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.backups.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["database-${each.key}", "database-${each.key}/*"]
    }
  }

  statement {
    actions   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.backups.arn}/database-${each.key}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.this["storage"].arn]
  }
}

module "autoscaler" {
  source = "./identity"

  cluster   = aws_eks_cluster.this.name
  namespace = "kube-system"
  account   = "cluster-autoscaler"
  policy    = data.aws_iam_policy_document.autoscaler.json
}

data "aws_iam_policy_document" "autoscaler" {
  statement {
    actions = [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements",
      "eks:DescribeNodegroup",
    ]
    resources = ["*"]
  }

  statement {
    actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.name}"
      values   = ["owned"]
    }
  }
}

module "balancers" {
  source = "./identity"

  cluster   = aws_eks_cluster.this.name
  namespace = "kube-system"
  account   = "aws-load-balancer-controller"
  policy    = data.aws_iam_policy_document.balancers.json
}

# It changes what it has made, which it marks with the cluster's name, and nothing else.
data "aws_iam_policy_document" "balancers" {
  statement {
    actions = [
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "ec2:Describe*",
      "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:Describe*",
    ]
    resources = ["*"]
  }

  statement {
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["elasticloadbalancing.amazonaws.com"]
    }
  }

  # Rules of the nodes' own group let its targets be reached.
  statement {
    actions = [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateSecurityGroup",
      "ec2:RevokeSecurityGroupIngress",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateRule",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteRule",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:SetRulePriorities",
    ]
    resources = ["*"]
  }

  statement {
    actions   = ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }

  statement {
    actions   = ["ec2:CreateTags"]
    resources = ["arn:aws:ec2:${var.region}:*:security-group/*"]
  }

  statement {
    actions = ["elasticloadbalancing:AddTags"]
    resources = [
      "arn:aws:elasticloadbalancing:${var.region}:*:listener/*",
      "arn:aws:elasticloadbalancing:${var.region}:*:listener-rule/*",
      "arn:aws:elasticloadbalancing:${var.region}:*:loadbalancer/*",
      "arn:aws:elasticloadbalancing:${var.region}:*:targetgroup/*",
    ]
  }

  statement {
    actions = [
      "ec2:DeleteSecurityGroup",
      "ec2:DeleteTags",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RegisterTargets",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetIpAddressType",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }
}

# The drivers' accounts are bound by their add-ons (cluster.tf).
data "aws_iam_policy_document" "assumed_by_pods" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "driver" {
  for_each = toset(["ebs", "efs"])

  name               = "${var.name}-${each.key}-driver"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_pods.json
}

resource "aws_iam_role_policy_attachment" "driver" {
  for_each = {
    ebs = "AmazonEBSCSIDriverPolicy"
    efs = "AmazonEFSCSIDriverPolicy"
  }

  role       = aws_iam_role.driver[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/${each.value}"
}
