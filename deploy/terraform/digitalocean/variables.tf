variable "name" {
  description = "Of the cluster, and what everything else is named after."
  type        = string
  default     = "boxoffice"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "A name has 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "Where everything runs; it must have Kubernetes, Spaces and the registry."
  type        = string
  default     = "fra1"
}

variable "domain" {
  description = "Domain whose records DigitalOcean keeps; it must exist there."
  type        = string
}

variable "host" {
  description = "First part of the name under which people reach the pages; @ for the domain itself."
  type        = string
  default     = "tickets"

  validation {
    condition     = can(regex("^(@|[a-z0-9-]+)$", var.host))
    error_message = "A host is one word of small letters, digits and hyphens, or @."
  }
}

variable "balancer" {
  description = "Address of the load balancer that ingress-nginx has made; null until there is one."
  type        = string
  default     = null
}

variable "network" {
  description = "Addresses of the VPC. Trusted proxies of the overlay are in it."
  type        = string
  default     = "10.64.0.0/20"

  validation {
    condition     = can(cidrhost(var.network, 1)) && startswith(var.network, "10.")
    error_message = "The network lies within 10.0.0.0/8, as the overlay's trusted proxies do."
  }
}

variable "pods" {
  description = "Addresses of pods; apart from the VPC's."
  type        = string
  default     = "10.100.0.0/16"

  validation {
    condition     = can(cidrhost(var.pods, 1)) && startswith(var.pods, "10.")
    error_message = "Pods lie within 10.0.0.0/8: the ingress is one, and a trusted proxy."
  }
}

variable "services" {
  description = "Addresses of services in the cluster; apart from the others."
  type        = string
  default     = "10.101.0.0/19"

  validation {
    condition     = can(cidrhost(var.services, 1))
    error_message = "Write a network as address and length."
  }
}

variable "kubernetes" {
  description = "Minor version of Kubernetes; patches come by themselves."
  type        = string
  default     = "1.34"

  validation {
    condition     = can(regex("^1[.][0-9]{2}$", var.kubernetes))
    error_message = "Name a minor version, such as 1.34."
  }
}

variable "offices" {
  description = "Networks from which the API server is reached; none leaves it open to whoever has a token."
  type        = set(string)
  default     = []
}

variable "machine" {
  description = "Size of the nodes."
  type        = string
  default     = "s-4vcpu-8gb"
}

variable "nodes" {
  description = "How few and how many nodes there are; the autoscaler decides between."
  type = object({
    min = number
    max = number
  })
  default = {
    min = 3
    max = 15
  }

  validation {
    condition     = var.nodes.min >= 3 && var.nodes.max >= var.nodes.min
    error_message = "The bus and each database are on three nodes."
  }
}

variable "registry_tier" {
  description = "What the registry costs and holds: starter, basic or professional."
  type        = string
  default     = "basic"

  validation {
    condition     = contains(["starter", "basic", "professional"], var.registry_tier)
    error_message = "There are starter, basic and professional."
  }
}
