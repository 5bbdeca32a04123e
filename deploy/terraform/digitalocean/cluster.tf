resource "digitalocean_vpc" "this" {
  name     = var.name
  region   = var.region
  ip_range = var.network
}

data "digitalocean_kubernetes_versions" "this" {
  version_prefix = "${var.kubernetes}."
}

# Its network heeds policies; Secrets in etcd and volumes are encrypted by DigitalOcean.
resource "digitalocean_kubernetes_cluster" "this" {
  name                 = var.name
  region               = var.region
  version              = data.digitalocean_kubernetes_versions.this.latest_version
  vpc_uuid             = digitalocean_vpc.this.id
  cluster_subnet       = var.pods
  service_subnet       = var.services
  ha                   = true
  auto_upgrade         = true
  surge_upgrade        = true
  registry_integration = true

  maintenance_policy {
    day        = "tuesday"
    start_time = "04:00"
  }

  control_plane_firewall {
    enabled           = length(var.offices) > 0
    allowed_addresses = var.offices
  }

  node_pool {
    name       = "services"
    size       = var.machine
    auto_scale = true
    min_nodes  = var.nodes.min
    max_nodes  = var.nodes.max
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [digitalocean_container_registry.this]
}

resource "digitalocean_container_registry" "this" {
  name                   = var.name
  region                 = var.region
  subscription_tier_slug = var.registry_tier
}
