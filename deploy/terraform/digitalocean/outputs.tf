# What deploy/overlays/production is told.

output "cluster" {
  description = "For `doctl kubernetes cluster kubeconfig save`."
  value       = digitalocean_kubernetes_cluster.this.name
}

output "registry" {
  description = "Where the image goes: `newName` of the overlay's image."
  value       = "${digitalocean_container_registry.this.endpoint}/boxoffice"
}

output "host" {
  description = "Host of the overlay's ingress and of BOXOFFICE_PUBLIC_URL."
  value       = var.host == "@" ? var.domain : "${var.host}.${var.domain}"
}

output "proxies" {
  description = "Networks of the ingress: BOXOFFICE_TRUSTED_PROXIES."
  value       = join(",", [digitalocean_vpc.this.ip_range, digitalocean_kubernetes_cluster.this.cluster_subnet])
}

output "buckets" {
  description = "Buckets of pictures and backups: BOXOFFICE_PICTURES_URL and `destinationPath`."
  value       = { for what, bucket in digitalocean_spaces_bucket.this : what => "s3://${bucket.name}" }
}

output "endpoint" {
  description = "Of the buckets: AWS_ENDPOINT of pictures, `endpointURL` of backups."
  value       = "https://${var.region}.digitaloceanspaces.com"
}
