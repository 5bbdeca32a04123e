# What the pods of one service account may do at AWS.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
  }
}

variable "cluster" {
  description = "Name of the cluster."
  type        = string
}

variable "namespace" {
  description = "Where the service account is."
  type        = string
}

variable "account" {
  description = "Name of the service account."
  type        = string
}

variable "policy" {
  description = "What its pods may do, as JSON."
  type        = string
}

data "aws_iam_policy_document" "assumed_by_pods" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-namespace"
      values   = [var.namespace]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-service-account"
      values   = [var.account]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = "${var.cluster}-${var.account}"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_pods.json
}

resource "aws_iam_role_policy" "this" {
  name   = "own"
  role   = aws_iam_role.this.id
  policy = var.policy
}

resource "aws_eks_pod_identity_association" "this" {
  cluster_name    = var.cluster
  namespace       = var.namespace
  service_account = var.account
  role_arn        = aws_iam_role.this.arn
}
