public import Fleet

extension FleetTransaction {
  /// Adds an image to the library.
  /// - Throws: ``FleetError`` with code `conflict` if its name or id is there already.
  public func insertImage(_ image: Image) throws(FleetError) {
    let subject = "image \"\(image.name)\""
    guard try self.image(named: image.name) == nil else {
      throw FleetError(.conflict, "\(subject) is in the library already", hint: "roost image list")
    }
    try insert(
      into: "images",
      [
        "id": image.id.description, "name": image.name, "format": image.format.rawValue,
        "virtual_size": image.virtualSize.bytes, "file_size": image.fileSize.bytes, "sha256": image.sha256,
        "created_at": image.createdAt.milliseconds,
      ], about: subject)
  }

  /// Takes an image out of the library.
  /// - Throws: ``FleetError`` with code `notFound`, or `precondition` that names a VM which needs it.
  public func removeImage(_ id: ImageID) throws(FleetError) {
    guard let image = try image(id) else { throw FleetError(.notFound, "image \(id) is not in the library") }
    let users = try imageUsers(id)
    guard users.isEmpty else {
      throw FleetError(
        .precondition, "image \"\(image.name)\" is used by \(users.count) VMs, \"\(users[0])\" among them",
        hint: "delete those VMs first")
    }
    try change("DELETE FROM images WHERE id = ?", [id.description], about: "image \"\(image.name)\"")
  }
}
