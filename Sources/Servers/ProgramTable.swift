import MinixABI

/// PM's programs by endpoint: the present tenants by slot, so that finding one costs the same however
/// many there are and allocates nothing, and those whose slots have new tenants.
struct ProgramTable<Program> {
  private struct Tenant {
    var endpoint: Endpoint
    var program: Program
  }

  private var tenants: [Tenant?] = []
  private var former: [Endpoint: Program] = [:]

  /// The program of an endpoint. One that has been put in stays.
  subscript(endpoint: Endpoint) -> Program? {
    guard let index = index(of: endpoint) else { return former[endpoint] }
    return tenants[index]?.program
  }

  /// Puts in a program, under an endpoint whose slot is not a task's: a precondition.
  mutating func insert(_ program: Program, as endpoint: Endpoint) {
    let index = Int(endpoint.slot.rawValue)
    precondition(index >= 0, "a program in a task's slot")
    while tenants.count <= index { tenants.append(nil) }
    if let tenant = tenants[index] { former[tenant.endpoint] = tenant.program }
    tenants[index] = Tenant(endpoint: endpoint, program: program)
  }

  /// Changes a present tenant's program; a former one's is what it was at its end.
  mutating func update(_ endpoint: Endpoint, _ change: (inout Program) -> Void) {
    guard let index = index(of: endpoint), var tenant = tenants[index] else { return }
    change(&tenant.program)
    tenants[index] = tenant
  }

  private func index(of endpoint: Endpoint) -> Int? {
    let index = Int(endpoint.slot.rawValue)
    guard tenants.indices.contains(index), tenants[index]?.endpoint == endpoint else { return nil }
    return index
  }
}
