"""What is done to it: service requests, work orders, inspections and crews."""
