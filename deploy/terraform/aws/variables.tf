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
  description = "Where everything runs; the overlay's SecretStore names the same."
  type        = string
  default     = "eu-central-1"
}

variable "host" {
  description = "Under which people reach the pages, such as tickets.example.com."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+([.][a-z0-9-]+)+$", var.host))
    error_message = "A host is written in small letters, without https:// and without a slash."
  }
}

variable "zone" {
  description = "Hosted zone at Route 53 that the host belongs to; it must exist."
  type        = string
}

variable "balancer" {
  description = "Name of the load balancer that the ingress has made; null until there is one."
  type        = string
  default     = null
}

variable "network" {
  description = "Addresses of the VPC. Trusted proxies of the overlay are in it."
  type        = string
  default     = "10.64.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.network, 4, 15)) && startswith(var.network, "10.")
    error_message = "The network lies within 10.0.0.0/8, as the overlay's trusted proxies do, and is /24 or larger."
  }
}

variable "zones" {
  description = "Availability zones: three, so that the bus and each database survive the loss of one."
  type        = number
  default     = 3

  validation {
    condition     = var.zones >= 2 && var.zones <= 4
    error_message = "EKS needs two zones at least; the network is divided for four at most."
  }
}

variable "kubernetes" {
  description = "Version of Kubernetes. EKS goes up one minor version at a time, and never down."
  type        = string
  default     = "1.34"

  validation {
    condition     = can(regex("^1[.][0-9]{2}$", var.kubernetes))
    error_message = "Name a minor version, such as 1.34."
  }
}

variable "administrators" {
  description = "ARNs of the roles that may do everything in the cluster."
  type        = set(string)

  validation {
    condition     = length(var.administrators) > 0
    error_message = "Nobody could reach the cluster: whoever makes it gets no rights by that."
  }
}

variable "offices" {
  description = "Networks from which the API server is reached; none closes it to the outside."
  type        = set(string)
  default     = []

  validation {
    condition     = !contains(var.offices, "0.0.0.0/0")
    error_message = "The API server is not for everybody."
  }
}

variable "machines" {
  description = "Instance types of the nodes, in order of preference."
  type        = list(string)
  default     = ["m7i.xlarge", "m6i.xlarge"]
}

variable "nodes_per_zone" {
  description = "How few and how many nodes a zone has; the cluster autoscaler decides between."
  type = object({
    min = number
    max = number
  })
  default = {
    min = 1
    max = 5
  }

  validation {
    condition     = var.nodes_per_zone.min >= 1 && var.nodes_per_zone.max >= var.nodes_per_zone.min
    error_message = "A zone has one node at least, and not fewer at most than at least."
  }
}

variable "backup_days" {
  description = "How long an old version of a backup is kept; the overlay's retention is 30 days."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_days > 30
    error_message = "Keep versions for longer than the 30 days for which a backup is kept."
  }
}
