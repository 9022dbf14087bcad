package import Fleet

extension FleetTransaction {
  /// Adds an image to the library.
  /// - Throws: ``FleetError`` with code `conflict` if its name or id exists already.
  package func insertImage(_ image: Image) throws(FleetError) {
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

  /// Removes an image from the library.
  /// - Throws: ``FleetError`` with code `notFound`, or `precondition` that names a VM which needs it.
  package func removeImage(_ id: ImageID) throws(FleetError) {
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

extension FleetSnapshotReader {
  /// The library's images by name.
  package func images() throws(FleetError) -> [Image] {
    try rows(of: "an image", "SELECT * FROM images ORDER BY name").reading(Self.image)
  }

  /// The image with this id, or nil.
  package func image(_ id: ImageID) throws(FleetError) -> Image? {
    try rows(of: "an image", "SELECT * FROM images WHERE id = ?", [id.description]).reading(Self.image).first
  }

  /// The image with this name, or nil.
  package func image(named name: String) throws(FleetError) -> Image? {
    try rows(of: "an image", "SELECT * FROM images WHERE name = ?", [name]).reading(Self.image).first
  }

  /// The names of the VMs whose spec names the image, in order.
  package func imageUsers(_ id: ImageID) throws(FleetError) -> [String] {
    try rows(
      of: "an image",
      "SELECT name FROM vm_images JOIN vms ON vms.id = vm_id WHERE image_id = ? ORDER BY name", [id.description]
    ).reading { row throws(FleetError) in try row.text("name") }
  }

  private static func image(_ row: StoredRow) throws(FleetError) -> Image {
    Image(
      id: try row.id("id"), name: try row.text("name"), format: try row.word("format"),
      virtualSize: try row.memory("virtual_size"), fileSize: try row.memory("file_size"),
      sha256: try row.text("sha256"), createdAt: try row.time("created_at"))
  }
}
