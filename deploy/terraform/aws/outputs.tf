# What deploy/overlays/aws is told.

output "cluster" {
  description = "For `aws eks update-kubeconfig --name`."
  value       = aws_eks_cluster.this.name
}

output "registry" {
  description = "Where the image goes: `newName` of the overlay's image."
  value       = aws_ecr_repository.boxoffice.repository_url
}

output "host" {
  description = "Host of the overlay's ingress and of BOXOFFICE_PUBLIC_URL."
  value       = var.host
}

output "certificate" {
  description = "Which the load balancer controller finds by the host."
  value       = aws_acm_certificate_validation.host.certificate_arn
}

output "network" {
  description = "Addresses of the balancer and of all pods: BOXOFFICE_TRUSTED_PROXIES."
  value       = aws_vpc.this.cidr_block
}

output "region" {
  description = "Region of the overlay's SecretStore."
  value       = var.region
}

output "pictures" {
  description = "`fileSystemId` of the overlay's storage class efs."
  value       = aws_efs_file_system.pictures.id
}

output "backups" {
  description = "`destinationPath` of the databases' backups."
  value       = "s3://${aws_s3_bucket.backups.id}/"
}

output "parameters_key" {
  description = "With which secrets are put into Systems Manager: `aws ssm put-parameter --key-id`."
  value       = aws_kms_alias.this["parameters"].name
}
