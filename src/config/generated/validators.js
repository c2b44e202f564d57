// Generated from schemas/p2p.schema.json by npm run derive. Do not edit.
// <stdin>
var project = validate53;
var pattern3 = new RegExp("^[a-z0-9][a-z0-9_-]{0,62}$", "u");
function validate54(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate54.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (errors === _errs1)
    if (typeof data == "string") {
      if (!pattern3.test(data)) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
    } else {
      let err1 = {};
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters", words: [], text: "^[a-z0-9][a-z0-9_-]{0,62}$" }, message: "must consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate54.errors = vErrors, errors === 0;
}
validate54.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var schema22 = { type: ["string", "object"], byType: { string: { $ref: "#/$defs/path" }, object: { type: "object", properties: { path: { $ref: "#/$defs/path" }, env_file: { $ref: "#/$defs/paths" } }, only: ["path", "env_file"], required: ["path"] } } };
function validate57(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate57.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string") {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "string" }, message: "must be string" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  let _errs1 = errors, _errs2 = errors;
  if (typeof data == "string" && data.length < 1) {
    let err1 = {};
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  var valid0 = _errs2 === errors;
  if (valid0)
    errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
  else {
    errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "not be empty", words: [], text: "" }, message: "must not be empty" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate57.errors = vErrors, errors === 0;
}
validate57.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var schema24 = { type: ["string", "array"], byType: { string: { $ref: "#/$defs/path" }, array: { type: "array", items: { $ref: "#/$defs/path" } } } };
function validate60(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate60.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string" && !Array.isArray(data)) {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema24.type }, message: "must be string,array" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  if (typeof data == "string" && (validate57(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), Array.isArray(data))
    if (Array.isArray(data)) {
      let len0 = data.length;
      for (let i0 = 0; i0 < len0; i0++)
        validate57(data[i0], { instancePath: instancePath + "/" + i0, parentData: data, parentDataProperty: i0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length);
    } else {
      let err1 = { instancePath, schemaPath: "#/byType/array/type", keyword: "type", params: { type: "array" }, message: "must be array" };
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
  return validate60.errors = vErrors, errors === 0;
}
validate60.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate56(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate56.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string" && !(data && typeof data == "object" && !Array.isArray(data))) {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema22.type }, message: "must be string,object" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  if (typeof data == "string" && (validate57(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), typeof data == "object" && data && !Array.isArray(data))
    if (data && typeof data == "object" && !Array.isArray(data)) {
      if (data.path === void 0) {
        let err1 = { instancePath, schemaPath: "#/byType/object/required", keyword: "required", params: { missingProperty: "path" }, message: "must have required property 'path'" };
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
      data.path !== void 0 && (validate57(data.path, { instancePath: instancePath + "/path", parentData: data, parentDataProperty: "path", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), data.env_file !== void 0 && (validate60(data.env_file, { instancePath: instancePath + "/env_file", parentData: data, parentDataProperty: "env_file", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors), errors = vErrors.length));
      for (let key0 in data)
        if (!(key0 === "path" || key0 === "env_file" || key0.startsWith("x-"))) {
          let err2 = { instancePath, schemaPath: "#/byType/object/only", keyword: "only", params: { key: key0, known: ["path", "env_file"] }, message: "unknown key" };
          vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
        }
    } else {
      let err3 = { instancePath, schemaPath: "#/byType/object/type", keyword: "type", params: { type: "object" }, message: "must be object" };
      vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
    }
  return validate56.errors = vErrors, errors === 0;
}
validate56.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var pattern4 = new RegExp("^(x-.*|user|password|auth_hash|auth_token|auth_index)$", "u");
function validate66(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate66.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string") {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "string" }, message: "must be string" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  let _errs1 = errors, _errs2 = errors;
  if (typeof data == "string" && data.length < 1) {
    let err1 = {};
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  var valid0 = _errs2 === errors;
  if (valid0)
    errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
  else {
    errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "not be empty", words: [], text: "" }, message: "must not be empty" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate66.errors = vErrors, errors === 0;
}
validate66.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var schema27 = { type: ["string", "object"], byType: { string: { $ref: "#/$defs/text" }, object: { $ref: "#/$defs/secretSource" } } };
var pattern6 = new RegExp("^(x-.*|env|file|command|keychain)$", "u"), pattern7 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");
function validate72(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate72.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs1 = errors, _errs2 = errors;
  if (Array.isArray(data) && data.length < 1) {
    let err0 = {};
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  var valid0 = _errs2 === errors;
  if (valid0)
    errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
  else {
    errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
    let err1 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "have at least one entry, the program", words: [], text: "" }, message: "must have at least one entry, the program" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  if (Array.isArray(data)) {
    let len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++)
      if (typeof data[i0] != "string") {
        let err2 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
  } else {
    let err3 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "array" }, message: "must be array" };
    vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
  }
  return validate72.errors = vErrors, errors === 0;
}
validate72.evaluated = { items: !0, dynamicProps: !1, dynamicItems: !1 };
function validate70(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate70.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs2 = errors, _errs3 = errors, _errs4 = errors, valid2 = !1, _errs5 = errors, _errs6 = errors, _errs7 = errors;
  if (!(data && typeof data == "object" && !Array.isArray(data))) {
    let err0 = {};
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  var valid3 = _errs7 === errors;
  if (valid3) {
    let err1 = {};
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  } else
    errors = _errs6, vErrors !== null && (_errs6 ? vErrors.length = _errs6 : vErrors = null);
  var _valid0 = _errs5 === errors;
  valid2 = valid2 || _valid0;
  let _errs9 = errors, _errs10 = errors, _errs11 = errors;
  if (data && typeof data == "object" && !Array.isArray(data))
    for (let key0 in data) {
      let _errs12 = errors;
      if (typeof key0 == "string" && !pattern6.test(key0)) {
        let err2 = {};
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
      var valid5 = _errs12 === errors;
      if (!valid5) {
        let err3 = {};
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
        break;
      }
    }
  var valid4 = _errs11 === errors;
  if (valid4) {
    let err4 = {};
    vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
  } else
    errors = _errs10, vErrors !== null && (_errs10 ? vErrors.length = _errs10 : vErrors = null);
  var _valid0 = _errs9 === errors;
  valid2 = valid2 || _valid0;
  let _errs13 = errors, _errs14 = errors, valid6 = !1, passing0 = null, _errs15 = errors;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    let missing0;
    if (data.env === void 0 && (missing0 = "env")) {
      let err5 = {};
      vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
    }
  }
  var _valid1 = _errs15 === errors;
  _valid1 && (valid6 = !0, passing0 = 0);
  let _errs16 = errors;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    let missing1;
    if (data.file === void 0 && (missing1 = "file")) {
      let err6 = {};
      vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
    }
  }
  var _valid1 = _errs16 === errors;
  if (_valid1 && valid6)
    valid6 = !1, passing0 = [passing0, 1];
  else {
    _valid1 && (valid6 = !0, passing0 = 1);
    let _errs17 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing2;
      if (data.command === void 0 && (missing2 = "command")) {
        let err7 = {};
        vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
      }
    }
    var _valid1 = _errs17 === errors;
    if (_valid1 && valid6)
      valid6 = !1, passing0 = [passing0, 2];
    else {
      _valid1 && (valid6 = !0, passing0 = 2);
      let _errs18 = errors;
      if (data && typeof data == "object" && !Array.isArray(data)) {
        let missing3;
        if (data.keychain === void 0 && (missing3 = "keychain")) {
          let err8 = {};
          vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
        }
      }
      var _valid1 = _errs18 === errors;
      _valid1 && valid6 ? (valid6 = !1, passing0 = [passing0, 3]) : _valid1 && (valid6 = !0, passing0 = 3);
    }
  }
  if (valid6)
    errors = _errs14, vErrors !== null && (_errs14 ? vErrors.length = _errs14 : vErrors = null);
  else {
    let err9 = {};
    vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
  }
  var _valid0 = _errs13 === errors;
  if (valid2 = valid2 || _valid0, valid2)
    errors = _errs4, vErrors !== null && (_errs4 ? vErrors.length = _errs4 : vErrors = null);
  else {
    let err10 = {};
    vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
  }
  var valid1 = _errs3 === errors;
  if (valid1)
    errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
  else {
    errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
    let err11 = { instancePath, schemaPath: "#/allOf/0/must", keyword: "must", params: { must: "name exactly one source: env, file, command or keychain", words: [], text: "" }, message: "must name exactly one source: env, file, command or keychain" };
    vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.env !== void 0) {
      let data0 = data.env, _errs20 = errors, _errs21 = errors;
      if (errors === _errs21)
        if (typeof data0 == "string") {
          if (!pattern7.test(data0)) {
            let err12 = {};
            vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
          }
        } else {
          let err13 = {};
          vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
        }
      var valid8 = _errs21 === errors;
      if (valid8)
        errors = _errs20, vErrors !== null && (_errs20 ? vErrors.length = _errs20 : vErrors = null);
      else {
        errors = _errs20, vErrors !== null && (_errs20 ? vErrors.length = _errs20 : vErrors = null);
        let err14 = { instancePath: instancePath + "/env", schemaPath: "#/properties/env/must", keyword: "must", params: { must: "be the name of a variable, without $", words: [], text: "^[A-Za-z_][A-Za-z0-9_]*$" }, message: "must be the name of a variable, without $" };
        vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
      }
    }
    data.file !== void 0 && (validate57(data.file, { instancePath: instancePath + "/file", parentData: data, parentDataProperty: "file", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), data.command !== void 0 && (validate72(data.command, { instancePath: instancePath + "/command", parentData: data, parentDataProperty: "command", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), data.keychain !== void 0 && (validate66(data.keychain, { instancePath: instancePath + "/keychain", parentData: data, parentDataProperty: "keychain", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length));
    for (let key1 in data)
      if (!(key1 === "env" || key1 === "file" || key1 === "command" || key1 === "keychain" || key1.startsWith("x-"))) {
        let err15 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key1, known: ["env", "file", "command", "keychain"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err15] : vErrors.push(err15), errors++;
      }
  } else {
    let err16 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err16] : vErrors.push(err16), errors++;
  }
  return validate70.errors = vErrors, errors === 0;
}
validate70.evaluated = { props: { env: !0, file: !0, command: !0, keychain: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate68(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate68.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string" && !(data && typeof data == "object" && !Array.isArray(data))) {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema27.type }, message: "must be string,object" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  return typeof data == "string" && (validate66(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length)), typeof data == "object" && data && !Array.isArray(data) && (validate70(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate70.errors : vErrors.concat(validate70.errors), errors = vErrors.length)), validate68.errors = vErrors, errors === 0;
}
validate68.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate65(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate65.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs2 = errors, _errs3 = errors, _errs4 = errors, valid2 = !1, _errs5 = errors, _errs6 = errors, _errs7 = errors;
  if (!(data && typeof data == "object" && !Array.isArray(data))) {
    let err0 = {};
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  var valid3 = _errs7 === errors;
  if (valid3) {
    let err1 = {};
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  } else
    errors = _errs6, vErrors !== null && (_errs6 ? vErrors.length = _errs6 : vErrors = null);
  var _valid0 = _errs5 === errors;
  valid2 = valid2 || _valid0;
  let _errs9 = errors, _errs10 = errors, _errs11 = errors;
  if (data && typeof data == "object" && !Array.isArray(data))
    for (let key0 in data) {
      let _errs12 = errors;
      if (typeof key0 == "string" && !pattern4.test(key0)) {
        let err2 = {};
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
      var valid5 = _errs12 === errors;
      if (!valid5) {
        let err3 = {};
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
        break;
      }
    }
  var valid4 = _errs11 === errors;
  if (valid4) {
    let err4 = {};
    vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
  } else
    errors = _errs10, vErrors !== null && (_errs10 ? vErrors.length = _errs10 : vErrors = null);
  var _valid0 = _errs9 === errors;
  valid2 = valid2 || _valid0;
  let _errs13 = errors, _errs14 = errors, valid6 = !1, passing0 = null, _errs15 = errors;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    let missing0;
    if (data.password === void 0 && (missing0 = "password")) {
      let err5 = {};
      vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
    }
  }
  var _valid1 = _errs15 === errors;
  _valid1 && (valid6 = !0, passing0 = 0);
  let _errs16 = errors;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    let missing1;
    if (data.auth_hash === void 0 && (missing1 = "auth_hash")) {
      let err6 = {};
      vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
    }
  }
  var _valid1 = _errs16 === errors;
  if (_valid1 && valid6)
    valid6 = !1, passing0 = [passing0, 1];
  else {
    _valid1 && (valid6 = !0, passing0 = 1);
    let _errs17 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing2;
      if (data.auth_token === void 0 && (missing2 = "auth_token")) {
        let err7 = {};
        vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
      }
    }
    var _valid1 = _errs17 === errors;
    _valid1 && valid6 ? (valid6 = !1, passing0 = [passing0, 2]) : _valid1 && (valid6 = !0, passing0 = 2);
  }
  if (valid6)
    errors = _errs14, vErrors !== null && (_errs14 ? vErrors.length = _errs14 : vErrors = null);
  else {
    let err8 = {};
    vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
  }
  var _valid0 = _errs13 === errors;
  if (valid2 = valid2 || _valid0, valid2)
    errors = _errs4, vErrors !== null && (_errs4 ? vErrors.length = _errs4 : vErrors = null);
  else {
    let err9 = {};
    vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
  }
  var valid1 = _errs3 === errors;
  if (valid1)
    errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
  else {
    errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
    let err10 = { instancePath, schemaPath: "#/allOf/0/must", keyword: "must", params: { must: "have exactly one of password, auth_hash and auth_token", words: [], text: "" }, message: "must have exactly one of password, auth_hash and auth_token" };
    vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
  }
  let _errs19 = errors, _errs20 = errors, _errs21 = errors, valid8 = !1, _errs22 = errors, _errs23 = errors, _errs24 = errors;
  if (!(data && typeof data == "object" && !Array.isArray(data))) {
    let err11 = {};
    vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
  }
  var valid9 = _errs24 === errors;
  if (valid9) {
    let err12 = {};
    vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
  } else
    errors = _errs23, vErrors !== null && (_errs23 ? vErrors.length = _errs23 : vErrors = null);
  var _valid2 = _errs22 === errors;
  valid8 = valid8 || _valid2;
  let _errs26 = errors, _errs27 = errors, _errs28 = errors;
  if (data && typeof data == "object" && !Array.isArray(data))
    for (let key1 in data) {
      let _errs29 = errors;
      if (typeof key1 == "string" && !pattern4.test(key1)) {
        let err13 = {};
        vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
      }
      var valid11 = _errs29 === errors;
      if (!valid11) {
        let err14 = {};
        vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
        break;
      }
    }
  var valid10 = _errs28 === errors;
  if (valid10) {
    let err15 = {};
    vErrors === null ? vErrors = [err15] : vErrors.push(err15), errors++;
  } else
    errors = _errs27, vErrors !== null && (_errs27 ? vErrors.length = _errs27 : vErrors = null);
  var _valid2 = _errs26 === errors;
  valid8 = valid8 || _valid2;
  let _errs30 = errors, _errs31 = errors, valid12 = !1, _errs32 = errors;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    let missing3;
    if (data.auth_token === void 0 && (missing3 = "auth_token")) {
      let err16 = {};
      vErrors === null ? vErrors = [err16] : vErrors.push(err16), errors++;
    }
  }
  var _valid3 = _errs32 === errors;
  valid12 = valid12 || _valid3;
  let _errs33 = errors, _errs34 = errors, _errs35 = errors;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    let missing4;
    if (data.auth_index === void 0 && (missing4 = "auth_index")) {
      let err17 = {};
      vErrors === null ? vErrors = [err17] : vErrors.push(err17), errors++;
    }
  }
  var valid13 = _errs35 === errors;
  if (valid13) {
    let err18 = {};
    vErrors === null ? vErrors = [err18] : vErrors.push(err18), errors++;
  } else
    errors = _errs34, vErrors !== null && (_errs34 ? vErrors.length = _errs34 : vErrors = null);
  var _valid3 = _errs33 === errors;
  if (valid12 = valid12 || _valid3, valid12)
    errors = _errs31, vErrors !== null && (_errs31 ? vErrors.length = _errs31 : vErrors = null);
  else {
    let err19 = {};
    vErrors === null ? vErrors = [err19] : vErrors.push(err19), errors++;
  }
  var _valid2 = _errs30 === errors;
  if (valid8 = valid8 || _valid2, valid8)
    errors = _errs21, vErrors !== null && (_errs21 ? vErrors.length = _errs21 : vErrors = null);
  else {
    let err20 = {};
    vErrors === null ? vErrors = [err20] : vErrors.push(err20), errors++;
  }
  var valid7 = _errs20 === errors;
  if (valid7)
    errors = _errs19, vErrors !== null && (_errs19 ? vErrors.length = _errs19 : vErrors = null);
  else {
    errors = _errs19, vErrors !== null && (_errs19 ? vErrors.length = _errs19 : vErrors = null);
    let err21 = { instancePath, schemaPath: "#/allOf/1/must", keyword: "must", params: { must: "have auth_token with auth_index", words: [], text: "" }, message: "must have auth_token with auth_index" };
    vErrors === null ? vErrors = [err21] : vErrors.push(err21), errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.user === void 0) {
      let err22 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "user" }, message: "must have required property 'user'" };
      vErrors === null ? vErrors = [err22] : vErrors.push(err22), errors++;
    }
    if (data.user !== void 0 && (validate66(data.user, { instancePath: instancePath + "/user", parentData: data, parentDataProperty: "user", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length)), data.password !== void 0 && (validate68(data.password, { instancePath: instancePath + "/password", parentData: data, parentDataProperty: "password", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors), errors = vErrors.length)), data.auth_hash !== void 0 && (validate68(data.auth_hash, { instancePath: instancePath + "/auth_hash", parentData: data, parentDataProperty: "auth_hash", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors), errors = vErrors.length)), data.auth_token !== void 0 && (validate68(data.auth_token, { instancePath: instancePath + "/auth_token", parentData: data, parentDataProperty: "auth_token", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors), errors = vErrors.length)), data.auth_index !== void 0) {
      let data4 = data.auth_index, _errs41 = errors, _errs42 = errors, _errs43 = errors, valid16 = !1, _errs44 = errors;
      if (!(typeof data4 == "number" && !(data4 % 1) && !isNaN(data4) && isFinite(data4))) {
        let err23 = {};
        vErrors === null ? vErrors = [err23] : vErrors.push(err23), errors++;
      }
      if (errors === _errs44 && typeof data4 == "number" && isFinite(data4)) {
        if (data4 > 65535 || isNaN(data4)) {
          let err24 = {};
          vErrors === null ? vErrors = [err24] : vErrors.push(err24), errors++;
        } else if (data4 < 0 || isNaN(data4)) {
          let err25 = {};
          vErrors === null ? vErrors = [err25] : vErrors.push(err25), errors++;
        }
      }
      var _valid4 = _errs44 === errors;
      if (valid16 = valid16 || _valid4, valid16)
        errors = _errs43, vErrors !== null && (_errs43 ? vErrors.length = _errs43 : vErrors = null);
      else {
        let err26 = {};
        vErrors === null ? vErrors = [err26] : vErrors.push(err26), errors++;
      }
      var valid15 = _errs42 === errors;
      if (valid15)
        errors = _errs41, vErrors !== null && (_errs41 ? vErrors.length = _errs41 : vErrors = null);
      else {
        errors = _errs41, vErrors !== null && (_errs41 ? vErrors.length = _errs41 : vErrors = null);
        let err27 = { instancePath: instancePath + "/auth_index", schemaPath: "#/properties/auth_index/must", keyword: "must", params: { must: "be a whole number from 0 to 65535", words: [], text: "" }, message: "must be a whole number from 0 to 65535" };
        vErrors === null ? vErrors = [err27] : vErrors.push(err27), errors++;
      }
    }
    for (let key2 in data)
      if (!(key2 === "user" || key2 === "password" || key2 === "auth_hash" || key2 === "auth_token" || key2 === "auth_index" || key2.startsWith("x-"))) {
        let err28 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key2, known: ["user", "password", "auth_hash", "auth_token", "auth_index"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err28] : vErrors.push(err28), errors++;
      }
  } else {
    let err29 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err29] : vErrors.push(err29), errors++;
  }
  return validate65.errors = vErrors, errors === 0;
}
validate65.evaluated = { props: { user: !0, password: !0, auth_hash: !0, auth_token: !0, auth_index: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate53(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate53.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.tunnels === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "tunnels" }, message: "must have required property 'tunnels'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.name !== void 0 && (validate54(data.name, { instancePath: instancePath + "/name", parentData: data, parentDataProperty: "name", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors), errors = vErrors.length)), data.include !== void 0) {
      let data1 = data.include;
      if (Array.isArray(data1)) {
        let len0 = data1.length;
        for (let i0 = 0; i0 < len0; i0++)
          validate56(data1[i0], { instancePath: instancePath + "/include/" + i0, parentData: data1, parentDataProperty: i0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors), errors = vErrors.length);
      } else {
        let err1 = { instancePath: instancePath + "/include", schemaPath: "#/properties/include/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
    }
    if (data.accounts !== void 0) {
      let data3 = data.accounts;
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (let key0 in data3)
          validate65(data3[key0], { instancePath: instancePath + "/accounts/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), parentData: data3, parentDataProperty: key0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors), errors = vErrors.length);
        for (let key1 in data3) {
          let before0 = errors, _errs9 = errors;
          if (errors === _errs9)
            if (typeof key1 == "string") {
              if (!pattern3.test(key1)) {
                let err2 = {};
                vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
              }
            } else {
              let err3 = {};
              vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
            }
          var valid4 = _errs9 === errors;
          if (!valid4) {
            errors = before0, vErrors !== null && (before0 ? vErrors.length = before0 : vErrors = null);
            let err4 = { instancePath: instancePath + "/accounts", schemaPath: "#/properties/accounts/keys", keyword: "keys", params: { key: key1, must: "consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" }, message: "key must consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" };
            vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
          }
        }
      } else {
        let err5 = { instancePath: instancePath + "/accounts", schemaPath: "#/properties/accounts/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
      }
    }
    if (data.defaults !== void 0) {
      let data5 = data.defaults;
      if (!(data5 && typeof data5 == "object" && !Array.isArray(data5))) {
        let err6 = { instancePath: instancePath + "/defaults", schemaPath: "#/properties/defaults/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
      }
    }
    if (data.tunnels !== void 0) {
      let data6 = data.tunnels;
      if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
        for (let key2 in data6) {
          let data7 = data6[key2];
          if (!(data7 && typeof data7 == "object" && !Array.isArray(data7))) {
            let err7 = { instancePath: instancePath + "/tunnels/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/tunnels/additionalProperties/type", keyword: "type", params: { type: "object" }, message: "must be object" };
            vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
          }
        }
        for (let key3 in data6) {
          let before1 = errors, _errs18 = errors;
          if (errors === _errs18)
            if (typeof key3 == "string") {
              if (!pattern3.test(key3)) {
                let err8 = {};
                vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
              }
            } else {
              let err9 = {};
              vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
            }
          var valid6 = _errs18 === errors;
          if (!valid6) {
            errors = before1, vErrors !== null && (before1 ? vErrors.length = before1 : vErrors = null);
            let err10 = { instancePath: instancePath + "/tunnels", schemaPath: "#/properties/tunnels/keys", keyword: "keys", params: { key: key3, must: "consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" }, message: "key must consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" };
            vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
          }
        }
      } else {
        let err11 = { instancePath: instancePath + "/tunnels", schemaPath: "#/properties/tunnels/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
      }
    }
    for (let key4 in data)
      if (!(key4 === "name" || key4 === "include" || key4 === "accounts" || key4 === "defaults" || key4 === "tunnels" || key4.startsWith("x-"))) {
        let err12 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key4, known: ["name", "include", "accounts", "defaults", "tunnels"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
      }
  } else {
    let err13 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
  }
  return validate53.errors = vErrors, errors === 0;
}
validate53.evaluated = { props: { name: !0, include: !0, accounts: !0, defaults: !0, tunnels: !0 }, dynamicProps: !1, dynamicItems: !1 };
var connectd = validate80;
var schema31 = { properties: { port: { must: { be: "be a port from 1 to 65535, or auto", words: ["auto"], text: "", schema: { anyOf: [{ type: "integer", minimum: 1, maximum: 65535 }, { const: "auto" }] } } }, ports: { type: "object", keys: { be: "consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters", words: [], text: "^[a-z0-9][a-z0-9_-]{0,62}$", schema: { pattern: "^[a-z0-9][a-z0-9_-]{0,62}$", type: "string" } }, additionalProperties: { must: { be: "be a port from 1 to 65535, or auto", words: ["auto"], text: "", schema: { anyOf: [{ type: "integer", minimum: 1, maximum: 65535 }, { const: "auto" }] } } } }, bind: { must: { be: "be an IPv4 or IPv6 address, like 127.0.0.1 or ::1", words: [], text: "", schema: { anyOf: [{ $ref: "#/$defs/address" }, { type: "array", items: { $ref: "#/$defs/address" }, minItems: 1, uniqueItems: !0 }] } } }, extends: { $ref: "#/$defs/extends" }, description: { type: "string" }, labels: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } }, url: { type: "string" }, client: { $ref: "#/$defs/argv" }, profiles: { type: "array", items: { $ref: "#/$defs/profile" } }, depends_on: { $ref: "#/$defs/dependsOn" }, ready: { $ref: "#/$defs/ready" }, healthcheck: { $ref: "#/$defs/healthcheck" }, restart: { must: { be: "be no, on-failure, on-failure:N or always", words: ["no", "on-failure", "always"], text: "", schema: { anyOf: [{ enum: ["no", "on-failure", "always"] }, { type: "string", pattern: "^on-failure:[1-9][0-9]{0,5}$" }] } } }, outcomes: { $ref: "#/$defs/outcomes" }, hooks: { $ref: "#/$defs/hooks" }, stop: { $ref: "#/$defs/stop" }, environment: { $ref: "#/$defs/environment" }, env_file: { $ref: "#/$defs/envFile" }, working_dir: { $ref: "#/$defs/path" }, logs: { $ref: "#/$defs/logs" } } }, pattern19 = new RegExp("^on-failure:[1-9][0-9]{0,5}$", "u");
var pattern11 = new RegExp("^localhost$", "u"), pattern12 = new RegExp("^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$", "u"), pattern13 = new RegExp("^(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:(:[0-9A-Fa-f]{1,4}){1,7}|::)$", "u");
function validate82(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate82.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors, _errs2 = errors, valid1 = !1, _errs3 = errors;
  if (errors === _errs3)
    if (typeof data == "string") {
      if (!pattern11.test(data)) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
    } else {
      let err1 = {};
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
  var _valid0 = _errs3 === errors;
  valid1 = valid1 || _valid0;
  let _errs5 = errors;
  if (errors === _errs5)
    if (typeof data == "string") {
      if (!pattern12.test(data)) {
        let err2 = {};
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
    } else {
      let err3 = {};
      vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
    }
  var _valid0 = _errs5 === errors;
  valid1 = valid1 || _valid0;
  let _errs7 = errors;
  if (errors === _errs7)
    if (typeof data == "string") {
      if (!pattern13.test(data)) {
        let err4 = {};
        vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
      }
    } else {
      let err5 = {};
      vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
    }
  var _valid0 = _errs7 === errors;
  if (valid1 = valid1 || _valid0, valid1)
    errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
  else {
    let err6 = {};
    vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
  }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err7 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be an IPv4 or IPv6 address, like 127.0.0.1 or ::1", words: [], text: "" }, message: "must be an IPv4 or IPv6 address, like 127.0.0.1 or ::1" };
    vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
  }
  return validate82.errors = vErrors, errors === 0;
}
validate82.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var schema33 = { type: ["string", "object"], byType: { string: { $ref: "#/$defs/name" }, object: { type: "object", properties: { file: { $ref: "#/$defs/path" }, tunnel: { $ref: "#/$defs/name" } }, only: ["file", "tunnel"], required: ["tunnel"] } } };
function validate85(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate85.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string" && !(data && typeof data == "object" && !Array.isArray(data))) {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema33.type }, message: "must be string,object" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  if (typeof data == "string" && (validate54(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors), errors = vErrors.length)), typeof data == "object" && data && !Array.isArray(data))
    if (data && typeof data == "object" && !Array.isArray(data)) {
      if (data.tunnel === void 0) {
        let err1 = { instancePath, schemaPath: "#/byType/object/required", keyword: "required", params: { missingProperty: "tunnel" }, message: "must have required property 'tunnel'" };
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
      data.file !== void 0 && (validate57(data.file, { instancePath: instancePath + "/file", parentData: data, parentDataProperty: "file", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), data.tunnel !== void 0 && (validate54(data.tunnel, { instancePath: instancePath + "/tunnel", parentData: data, parentDataProperty: "tunnel", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors), errors = vErrors.length));
      for (let key0 in data)
        if (!(key0 === "file" || key0 === "tunnel" || key0.startsWith("x-"))) {
          let err2 = { instancePath, schemaPath: "#/byType/object/only", keyword: "only", params: { key: key0, known: ["file", "tunnel"] }, message: "unknown key" };
          vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
        }
    } else {
      let err3 = { instancePath, schemaPath: "#/byType/object/type", keyword: "type", params: { type: "object" }, message: "must be object" };
      vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
    }
  return validate85.errors = vErrors, errors === 0;
}
validate85.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var pattern14 = new RegExp("^[A-Za-z0-9][A-Za-z0-9_.-]*$", "u");
function validate91(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate91.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (errors === _errs1)
    if (typeof data == "string") {
      if (!pattern14.test(data)) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
    } else {
      let err1 = {};
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "consist of letters, digits, -, _ and ., and start with a letter or digit", words: [], text: "^[A-Za-z0-9][A-Za-z0-9_.-]*$" }, message: "must consist of letters, digits, -, _ and ., and start with a letter or digit" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate91.errors = vErrors, errors === 0;
}
validate91.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var schema35 = { type: ["array", "object"], byType: { array: { type: "array", items: { $ref: "#/$defs/name" } }, object: { type: "object", keys: { be: "consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters", words: [], text: "^[a-z0-9][a-z0-9_-]{0,62}$", schema: { pattern: "^[a-z0-9][a-z0-9_-]{0,62}$", type: "string" } }, additionalProperties: { $ref: "#/$defs/dependency" } } } };
function validate96(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate96.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors, _errs2 = errors, valid1 = !1, _errs3 = errors;
  if (typeof data != "boolean") {
    let err0 = {};
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  var _valid0 = _errs3 === errors;
  if (valid1 = valid1 || _valid0, valid1)
    errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
  else {
    let err1 = {};
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be true or false", words: [!0, !1], text: "" }, message: "must be true or false" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate96.errors = vErrors, errors === 0;
}
validate96.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate95(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate95.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.condition !== void 0) {
      let data0 = data.condition, _errs2 = errors, _errs3 = errors, _errs4 = errors, valid2 = !1, _errs5 = errors;
      if (!(data0 === "open" || data0 === "healthy")) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
      var _valid0 = _errs5 === errors;
      if (valid2 = valid2 || _valid0, valid2)
        errors = _errs4, vErrors !== null && (_errs4 ? vErrors.length = _errs4 : vErrors = null);
      else {
        let err1 = {};
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
      var valid1 = _errs3 === errors;
      if (valid1)
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
      else {
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
        let err2 = { instancePath: instancePath + "/condition", schemaPath: "#/properties/condition/must", keyword: "must", params: { must: "be open or healthy", words: ["open", "healthy"], text: "" }, message: "must be open or healthy" };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
    }
    data.restart !== void 0 && (validate96(data.restart, { instancePath: instancePath + "/restart", parentData: data, parentDataProperty: "restart", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "condition" || key0 === "restart" || key0.startsWith("x-"))) {
        let err3 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["condition", "restart"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
  } else {
    let err4 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
  }
  return validate95.errors = vErrors, errors === 0;
}
validate95.evaluated = { props: { condition: !0, restart: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate93(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate93.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), !data || typeof data != "object") {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema35.type }, message: "must be array,object" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  if (Array.isArray(data))
    if (Array.isArray(data)) {
      let len0 = data.length;
      for (let i0 = 0; i0 < len0; i0++)
        validate54(data[i0], { instancePath: instancePath + "/" + i0, parentData: data, parentDataProperty: i0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors), errors = vErrors.length);
    } else {
      let err1 = { instancePath, schemaPath: "#/byType/array/type", keyword: "type", params: { type: "array" }, message: "must be array" };
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
  if (typeof data == "object" && data && !Array.isArray(data))
    if (data && typeof data == "object" && !Array.isArray(data)) {
      for (let key0 in data)
        validate95(data[key0], { instancePath: instancePath + "/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), parentData: data, parentDataProperty: key0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate95.errors : vErrors.concat(validate95.errors), errors = vErrors.length);
      for (let key1 in data) {
        let before0 = errors, _errs8 = errors;
        if (errors === _errs8)
          if (typeof key1 == "string") {
            if (!pattern3.test(key1)) {
              let err2 = {};
              vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
            }
          } else {
            let err3 = {};
            vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
          }
        var valid4 = _errs8 === errors;
        if (!valid4) {
          errors = before0, vErrors !== null && (before0 ? vErrors.length = before0 : vErrors = null);
          let err4 = { instancePath, schemaPath: "#/byType/object/keys", keyword: "keys", params: { key: key1, must: "consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" }, message: "key must consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" };
          vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
        }
      }
    } else {
      let err5 = { instancePath, schemaPath: "#/byType/object/type", keyword: "type", params: { type: "object" }, message: "must be object" };
      vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
    }
  return validate93.errors = vErrors, errors === 0;
}
validate93.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate101(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate101.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string") {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "string" }, message: "must be string" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  let _errs1 = errors, _errs2 = errors;
  if (typeof data == "string" && data.length < 1) {
    let err1 = {};
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  var valid0 = _errs2 === errors;
  if (valid0)
    errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
  else {
    errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "not be empty", words: [], text: "" }, message: "must not be empty" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate101.errors = vErrors, errors === 0;
}
validate101.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate103(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate103.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (data !== !0) {
    let err0 = {};
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err1 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be true (remove the key for no)", words: [!0], text: "" }, message: "must be true (remove the key for no)" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  return validate103.errors = vErrors, errors === 0;
}
validate103.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var pattern16 = new RegExp("^/[\\x21-\\x7e]*$", "u");
function validate106(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate106.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (errors === _errs1)
    if (typeof data == "string") {
      if (!pattern16.test(data)) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
    } else {
      let err1 = {};
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be a path that starts with /", words: [], text: "^/[\\x21-\\x7e]*$" }, message: "must be a path that starts with /" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate106.errors = vErrors, errors === 0;
}
validate106.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var pattern17 = new RegExp("^(?=[0-9])([0-9]{1,15}(\\.[0-9]{1,9})?h)?([0-9]{1,15}(\\.[0-9]{1,9})?m(?!s))?([0-9]{1,15}(\\.[0-9]{1,9})?s)?([0-9]{1,15}(\\.[0-9]{1,9})?ms)?$", "u");
function validate109(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate109.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (errors === _errs1)
    if (typeof data == "string") {
      if (!pattern17.test(data)) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
    } else {
      let err1 = {};
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be a duration like 500ms, 10s or 1m30s", words: [], text: "^(?=[0-9])([0-9]{1,15}(\\.[0-9]{1,9})?h)?([0-9]{1,15}(\\.[0-9]{1,9})?m(?!s))?([0-9]{1,15}(\\.[0-9]{1,9})?s)?([0-9]{1,15}(\\.[0-9]{1,9})?ms)?$" }, message: "must be a duration like 500ms, 10s or 1m30s" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate109.errors = vErrors, errors === 0;
}
validate109.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate100(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate100.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    data.log !== void 0 && (validate101(data.log, { instancePath: instancePath + "/log", parentData: data, parentDataProperty: "log", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate101.errors : vErrors.concat(validate101.errors), errors = vErrors.length)), data.listen !== void 0 && (validate103(data.listen, { instancePath: instancePath + "/listen", parentData: data, parentDataProperty: "listen", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors), errors = vErrors.length)), data.banner !== void 0 && (validate101(data.banner, { instancePath: instancePath + "/banner", parentData: data, parentDataProperty: "banner", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate101.errors : vErrors.concat(validate101.errors), errors = vErrors.length)), data.http !== void 0 && (validate106(data.http, { instancePath: instancePath + "/http", parentData: data, parentDataProperty: "http", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate106.errors : vErrors.concat(validate106.errors), errors = vErrors.length)), data.command !== void 0 && (validate72(data.command, { instancePath: instancePath + "/command", parentData: data, parentDataProperty: "command", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), data.timeout !== void 0 && (validate109(data.timeout, { instancePath: instancePath + "/timeout", parentData: data, parentDataProperty: "timeout", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "log" || key0 === "listen" || key0 === "banner" || key0 === "http" || key0 === "command" || key0 === "timeout" || key0.startsWith("x-"))) {
        let err0 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["log", "listen", "banner", "http", "command", "timeout"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
  } else {
    let err1 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  return validate100.errors = vErrors, errors === 0;
}
validate100.evaluated = { props: { log: !0, listen: !0, banner: !0, http: !0, command: !0, timeout: !0 }, dynamicProps: !1, dynamicItems: !1 };
var pattern18 = new RegExp("^(x-.*|listen|banner|http|tls|command|interval|timeout|retries)$", "u");
function validate112(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate112.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && typeof data != "boolean") {
    let err0 = {};
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err1 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be false, or a map", words: [!1], text: "" }, message: "must be false, or a map" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  if (typeof data == "object" && data && !Array.isArray(data)) {
    let _errs6 = errors, _errs7 = errors, _errs8 = errors, valid4 = !1, _errs9 = errors, _errs10 = errors, _errs11 = errors;
    if (!(data && typeof data == "object" && !Array.isArray(data))) {
      let err2 = {};
      vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
    }
    var valid5 = _errs11 === errors;
    if (valid5) {
      let err3 = {};
      vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
    } else
      errors = _errs10, vErrors !== null && (_errs10 ? vErrors.length = _errs10 : vErrors = null);
    var _valid0 = _errs9 === errors;
    valid4 = valid4 || _valid0;
    let _errs13 = errors, _errs14 = errors, _errs15 = errors;
    if (data && typeof data == "object" && !Array.isArray(data))
      for (let key0 in data) {
        let _errs16 = errors;
        if (typeof key0 == "string" && !pattern18.test(key0)) {
          let err4 = {};
          vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
        }
        var valid7 = _errs16 === errors;
        if (!valid7) {
          let err5 = {};
          vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
          break;
        }
      }
    var valid6 = _errs15 === errors;
    if (valid6) {
      let err6 = {};
      vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
    } else
      errors = _errs14, vErrors !== null && (_errs14 ? vErrors.length = _errs14 : vErrors = null);
    var _valid0 = _errs13 === errors;
    valid4 = valid4 || _valid0;
    let _errs17 = errors, _errs18 = errors, valid8 = !1, passing0 = null, _errs19 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing0;
      if (data.listen === void 0 && (missing0 = "listen")) {
        let err7 = {};
        vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
      }
    }
    var _valid1 = _errs19 === errors;
    _valid1 && (valid8 = !0, passing0 = 0);
    let _errs20 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing1;
      if (data.banner === void 0 && (missing1 = "banner")) {
        let err8 = {};
        vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
      }
    }
    var _valid1 = _errs20 === errors;
    if (_valid1 && valid8)
      valid8 = !1, passing0 = [passing0, 1];
    else {
      _valid1 && (valid8 = !0, passing0 = 1);
      let _errs21 = errors;
      if (data && typeof data == "object" && !Array.isArray(data)) {
        let missing2;
        if (data.http === void 0 && (missing2 = "http")) {
          let err9 = {};
          vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
        }
      }
      var _valid1 = _errs21 === errors;
      if (_valid1 && valid8)
        valid8 = !1, passing0 = [passing0, 2];
      else {
        _valid1 && (valid8 = !0, passing0 = 2);
        let _errs22 = errors;
        if (data && typeof data == "object" && !Array.isArray(data)) {
          let missing3;
          if (data.tls === void 0 && (missing3 = "tls")) {
            let err10 = {};
            vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
          }
        }
        var _valid1 = _errs22 === errors;
        if (_valid1 && valid8)
          valid8 = !1, passing0 = [passing0, 3];
        else {
          _valid1 && (valid8 = !0, passing0 = 3);
          let _errs23 = errors;
          if (data && typeof data == "object" && !Array.isArray(data)) {
            let missing4;
            if (data.command === void 0 && (missing4 = "command")) {
              let err11 = {};
              vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
            }
          }
          var _valid1 = _errs23 === errors;
          if (_valid1 && valid8)
            valid8 = !1, passing0 = [passing0, 4];
          else {
            _valid1 && (valid8 = !0, passing0 = 4);
            let _errs24 = errors, _errs25 = errors, _errs26 = errors, _errs27 = errors, valid10 = !1, _errs28 = errors;
            if (data && typeof data == "object" && !Array.isArray(data)) {
              let missing5;
              if (data.listen === void 0 && (missing5 = "listen")) {
                let err12 = {};
                vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
              }
            }
            var _valid2 = _errs28 === errors;
            valid10 = valid10 || _valid2;
            let _errs29 = errors;
            if (data && typeof data == "object" && !Array.isArray(data)) {
              let missing6;
              if (data.banner === void 0 && (missing6 = "banner")) {
                let err13 = {};
                vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
              }
            }
            var _valid2 = _errs29 === errors;
            valid10 = valid10 || _valid2;
            let _errs30 = errors;
            if (data && typeof data == "object" && !Array.isArray(data)) {
              let missing7;
              if (data.http === void 0 && (missing7 = "http")) {
                let err14 = {};
                vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
              }
            }
            var _valid2 = _errs30 === errors;
            valid10 = valid10 || _valid2;
            let _errs31 = errors;
            if (data && typeof data == "object" && !Array.isArray(data)) {
              let missing8;
              if (data.tls === void 0 && (missing8 = "tls")) {
                let err15 = {};
                vErrors === null ? vErrors = [err15] : vErrors.push(err15), errors++;
              }
            }
            var _valid2 = _errs31 === errors;
            valid10 = valid10 || _valid2;
            let _errs32 = errors;
            if (data && typeof data == "object" && !Array.isArray(data)) {
              let missing9;
              if (data.command === void 0 && (missing9 = "command")) {
                let err16 = {};
                vErrors === null ? vErrors = [err16] : vErrors.push(err16), errors++;
              }
            }
            var _valid2 = _errs32 === errors;
            if (valid10 = valid10 || _valid2, valid10)
              errors = _errs27, vErrors !== null && (_errs27 ? vErrors.length = _errs27 : vErrors = null);
            else {
              let err17 = {};
              vErrors === null ? vErrors = [err17] : vErrors.push(err17), errors++;
            }
            var valid9 = _errs26 === errors;
            if (valid9) {
              let err18 = {};
              vErrors === null ? vErrors = [err18] : vErrors.push(err18), errors++;
            } else
              errors = _errs25, vErrors !== null && (_errs25 ? vErrors.length = _errs25 : vErrors = null);
            var _valid1 = _errs24 === errors;
            _valid1 && valid8 ? (valid8 = !1, passing0 = [passing0, 5]) : _valid1 && (valid8 = !0, passing0 = 5);
          }
        }
      }
    }
    if (valid8)
      errors = _errs18, vErrors !== null && (_errs18 ? vErrors.length = _errs18 : vErrors = null);
    else {
      let err19 = {};
      vErrors === null ? vErrors = [err19] : vErrors.push(err19), errors++;
    }
    var _valid0 = _errs17 === errors;
    if (valid4 = valid4 || _valid0, valid4)
      errors = _errs8, vErrors !== null && (_errs8 ? vErrors.length = _errs8 : vErrors = null);
    else {
      let err20 = {};
      vErrors === null ? vErrors = [err20] : vErrors.push(err20), errors++;
    }
    var valid3 = _errs7 === errors;
    if (valid3)
      errors = _errs6, vErrors !== null && (_errs6 ? vErrors.length = _errs6 : vErrors = null);
    else {
      errors = _errs6, vErrors !== null && (_errs6 ? vErrors.length = _errs6 : vErrors = null);
      let err21 = { instancePath, schemaPath: "#/byType/object/allOf/0/must", keyword: "must", params: { must: "name only one check: listen, banner, http, tls or command", words: [], text: "" }, message: "must name only one check: listen, banner, http, tls or command" };
      vErrors === null ? vErrors = [err21] : vErrors.push(err21), errors++;
    }
    if (data && typeof data == "object" && !Array.isArray(data)) {
      if (data.listen !== void 0 && (validate103(data.listen, { instancePath: instancePath + "/listen", parentData: data, parentDataProperty: "listen", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors), errors = vErrors.length)), data.banner !== void 0 && (validate101(data.banner, { instancePath: instancePath + "/banner", parentData: data, parentDataProperty: "banner", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate101.errors : vErrors.concat(validate101.errors), errors = vErrors.length)), data.http !== void 0 && (validate106(data.http, { instancePath: instancePath + "/http", parentData: data, parentDataProperty: "http", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate106.errors : vErrors.concat(validate106.errors), errors = vErrors.length)), data.tls !== void 0 && (validate103(data.tls, { instancePath: instancePath + "/tls", parentData: data, parentDataProperty: "tls", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors), errors = vErrors.length)), data.command !== void 0 && (validate72(data.command, { instancePath: instancePath + "/command", parentData: data, parentDataProperty: "command", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), data.interval !== void 0 && (validate109(data.interval, { instancePath: instancePath + "/interval", parentData: data, parentDataProperty: "interval", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors), errors = vErrors.length)), data.timeout !== void 0 && (validate109(data.timeout, { instancePath: instancePath + "/timeout", parentData: data, parentDataProperty: "timeout", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors), errors = vErrors.length)), data.retries !== void 0) {
        let data7 = data.retries, _errs41 = errors, _errs42 = errors, _errs43 = errors, valid13 = !1, _errs44 = errors;
        if (!(typeof data7 == "number" && !(data7 % 1) && !isNaN(data7) && isFinite(data7))) {
          let err22 = {};
          vErrors === null ? vErrors = [err22] : vErrors.push(err22), errors++;
        }
        if (errors === _errs44 && typeof data7 == "number" && isFinite(data7)) {
          if (data7 > 1e3 || isNaN(data7)) {
            let err23 = {};
            vErrors === null ? vErrors = [err23] : vErrors.push(err23), errors++;
          } else if (data7 < 1 || isNaN(data7)) {
            let err24 = {};
            vErrors === null ? vErrors = [err24] : vErrors.push(err24), errors++;
          }
        }
        var _valid3 = _errs44 === errors;
        if (valid13 = valid13 || _valid3, valid13)
          errors = _errs43, vErrors !== null && (_errs43 ? vErrors.length = _errs43 : vErrors = null);
        else {
          let err25 = {};
          vErrors === null ? vErrors = [err25] : vErrors.push(err25), errors++;
        }
        var valid12 = _errs42 === errors;
        if (valid12)
          errors = _errs41, vErrors !== null && (_errs41 ? vErrors.length = _errs41 : vErrors = null);
        else {
          errors = _errs41, vErrors !== null && (_errs41 ? vErrors.length = _errs41 : vErrors = null);
          let err26 = { instancePath: instancePath + "/retries", schemaPath: "#/byType/object/properties/retries/must", keyword: "must", params: { must: "be a whole number from 1 to 1000", words: [], text: "" }, message: "must be a whole number from 1 to 1000" };
          vErrors === null ? vErrors = [err26] : vErrors.push(err26), errors++;
        }
      }
      for (let key1 in data)
        if (!(key1 === "listen" || key1 === "banner" || key1 === "http" || key1 === "tls" || key1 === "command" || key1 === "interval" || key1 === "timeout" || key1 === "retries" || key1.startsWith("x-"))) {
          let err27 = { instancePath, schemaPath: "#/byType/object/only", keyword: "only", params: { key: key1, known: ["listen", "banner", "http", "tls", "command", "interval", "timeout", "retries"] }, message: "unknown key" };
          vErrors === null ? vErrors = [err27] : vErrors.push(err27), errors++;
        }
    } else {
      let err28 = { instancePath, schemaPath: "#/byType/object/type", keyword: "type", params: { type: "object" }, message: "must be object" };
      vErrors === null ? vErrors = [err28] : vErrors.push(err28), errors++;
    }
  }
  if (typeof data == "boolean") {
    if (typeof data != "boolean") {
      let err29 = { instancePath, schemaPath: "#/byType/boolean/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean" };
      vErrors === null ? vErrors = [err29] : vErrors.push(err29), errors++;
    }
    let _errs48 = errors, _errs49 = errors;
    if (data !== !1) {
      let err30 = {};
      vErrors === null ? vErrors = [err30] : vErrors.push(err30), errors++;
    }
    var valid14 = _errs49 === errors;
    if (valid14)
      errors = _errs48, vErrors !== null && (_errs48 ? vErrors.length = _errs48 : vErrors = null);
    else {
      errors = _errs48, vErrors !== null && (_errs48 ? vErrors.length = _errs48 : vErrors = null);
      let err31 = { instancePath, schemaPath: "#/byType/boolean/must", keyword: "must", params: { must: "be false, or a map", words: [!1], text: "" }, message: "must be false, or a map" };
      vErrors === null ? vErrors = [err31] : vErrors.push(err31), errors++;
    }
  }
  return validate112.errors = vErrors, errors === 0;
}
validate112.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate121(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate121.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), Array.isArray(data)) {
    let len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      let data0 = data[i0];
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        if (data0.log === void 0) {
          let err0 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/required", keyword: "required", params: { missingProperty: "log" }, message: "must have required property 'log'" };
          vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
        }
        if (data0.means === void 0) {
          let err1 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/required", keyword: "required", params: { missingProperty: "means" }, message: "must have required property 'means'" };
          vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
        }
        if (data0.say === void 0) {
          let err2 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/required", keyword: "required", params: { missingProperty: "say" }, message: "must have required property 'say'" };
          vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
        }
        if (data0.log !== void 0 && (validate101(data0.log, { instancePath: instancePath + "/" + i0 + "/log", parentData: data0, parentDataProperty: "log", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate101.errors : vErrors.concat(validate101.errors), errors = vErrors.length)), data0.means !== void 0) {
          let data2 = data0.means, _errs5 = errors, _errs6 = errors, _errs7 = errors, valid4 = !1, _errs8 = errors;
          if (!(data2 === "reopen" || data2 === "final")) {
            let err3 = {};
            vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
          }
          var _valid0 = _errs8 === errors;
          if (valid4 = valid4 || _valid0, valid4)
            errors = _errs7, vErrors !== null && (_errs7 ? vErrors.length = _errs7 : vErrors = null);
          else {
            let err4 = {};
            vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
          }
          var valid3 = _errs6 === errors;
          if (valid3)
            errors = _errs5, vErrors !== null && (_errs5 ? vErrors.length = _errs5 : vErrors = null);
          else {
            errors = _errs5, vErrors !== null && (_errs5 ? vErrors.length = _errs5 : vErrors = null);
            let err5 = { instancePath: instancePath + "/" + i0 + "/means", schemaPath: "#/items/properties/means/must", keyword: "must", params: { must: "be reopen or final", words: ["reopen", "final"], text: "" }, message: "must be reopen or final" };
            vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
          }
        }
        data0.say !== void 0 && (validate66(data0.say, { instancePath: instancePath + "/" + i0 + "/say", parentData: data0, parentDataProperty: "say", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length));
        for (let key0 in data0)
          if (!(key0 === "log" || key0 === "means" || key0 === "say" || key0.startsWith("x-"))) {
            let err6 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/only", keyword: "only", params: { key: key0, known: ["log", "means", "say"] }, message: "unknown key" };
            vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
          }
      } else {
        let err7 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
      }
    }
  } else {
    let err8 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "array" }, message: "must be array" };
    vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
  }
  return validate121.errors = vErrors, errors === 0;
}
validate121.evaluated = { items: !0, dynamicProps: !1, dynamicItems: !1 };
function validate125(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate125.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    data.open !== void 0 && (validate72(data.open, { instancePath: instancePath + "/open", parentData: data, parentDataProperty: "open", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), data.unhealthy !== void 0 && (validate72(data.unhealthy, { instancePath: instancePath + "/unhealthy", parentData: data, parentDataProperty: "unhealthy", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), data.failed !== void 0 && (validate72(data.failed, { instancePath: instancePath + "/failed", parentData: data, parentDataProperty: "failed", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), data.closed !== void 0 && (validate72(data.closed, { instancePath: instancePath + "/closed", parentData: data, parentDataProperty: "closed", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), data.timeout !== void 0 && (validate109(data.timeout, { instancePath: instancePath + "/timeout", parentData: data, parentDataProperty: "timeout", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "open" || key0 === "unhealthy" || key0 === "failed" || key0 === "closed" || key0 === "timeout" || key0.startsWith("x-"))) {
        let err0 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["open", "unhealthy", "failed", "closed", "timeout"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
  } else {
    let err1 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  return validate125.errors = vErrors, errors === 0;
}
validate125.evaluated = { props: { open: !0, unhealthy: !0, failed: !0, closed: !0, timeout: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate132(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate132.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.signal !== void 0) {
      let data0 = data.signal, _errs2 = errors, _errs3 = errors, _errs4 = errors, valid2 = !1, _errs5 = errors;
      if (!(data0 === "TERM" || data0 === "INT" || data0 === "HUP" || data0 === "QUIT" || data0 === "USR1" || data0 === "USR2" || data0 === "KILL")) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
      var _valid0 = _errs5 === errors;
      if (valid2 = valid2 || _valid0, valid2)
        errors = _errs4, vErrors !== null && (_errs4 ? vErrors.length = _errs4 : vErrors = null);
      else {
        let err1 = {};
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
      var valid1 = _errs3 === errors;
      if (valid1)
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
      else {
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
        let err2 = { instancePath: instancePath + "/signal", schemaPath: "#/properties/signal/must", keyword: "must", params: { must: "be one of TERM, INT, HUP, QUIT, USR1, USR2 and KILL", words: ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "KILL"], text: "" }, message: "must be one of TERM, INT, HUP, QUIT, USR1, USR2 and KILL" };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
    }
    data.grace !== void 0 && (validate109(data.grace, { instancePath: instancePath + "/grace", parentData: data, parentDataProperty: "grace", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "signal" || key0 === "grace" || key0.startsWith("x-"))) {
        let err3 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["signal", "grace"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
  } else {
    let err4 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
  }
  return validate132.errors = vErrors, errors === 0;
}
validate132.evaluated = { props: { signal: !0, grace: !0 }, dynamicProps: !1, dynamicItems: !1 };
var schema47 = { type: ["object", "array"], byType: { object: { type: "object", keys: { be: "be the name of a variable", words: [], text: "^[^=\\x00-\\x20]+$", schema: { pattern: "^[^=\\x00-\\x20]+$", type: "string" } }, additionalProperties: { $ref: "#/$defs/environmentValue" } }, array: { type: "array", items: { must: { be: "be NAME=VALUE", words: [], text: "^[^=\\x00-\\x20]+=", schema: { pattern: "^[^=\\x00-\\x20]+=", type: "string" } } } } } }, schema48 = { type: ["string", "number", "boolean", "object"], byType: { string: { type: ["string", "number", "boolean"] }, number: { type: ["string", "number", "boolean"] }, boolean: { type: ["string", "number", "boolean"] }, object: { $ref: "#/$defs/secretSource" } } };
function validate136(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate136.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string" && !(typeof data == "number" && isFinite(data)) && typeof data != "boolean" && !(data && typeof data == "object" && !Array.isArray(data))) {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema48.type }, message: "must be string,number,boolean,object" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  if (typeof data == "string" && typeof data != "string" && !(typeof data == "number" && isFinite(data)) && typeof data != "boolean") {
    let err1 = { instancePath, schemaPath: "#/byType/string/type", keyword: "type", params: { type: schema48.byType.string.type }, message: "must be string,number,boolean" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  if (typeof data == "number" && typeof data != "string" && !(typeof data == "number" && isFinite(data)) && typeof data != "boolean") {
    let err2 = { instancePath, schemaPath: "#/byType/number/type", keyword: "type", params: { type: schema48.byType.number.type }, message: "must be string,number,boolean" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  if (typeof data == "boolean" && typeof data != "string" && !(typeof data == "number" && isFinite(data)) && typeof data != "boolean") {
    let err3 = { instancePath, schemaPath: "#/byType/boolean/type", keyword: "type", params: { type: schema48.byType.boolean.type }, message: "must be string,number,boolean" };
    vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
  }
  return typeof data == "object" && data && !Array.isArray(data) && (validate70(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate70.errors : vErrors.concat(validate70.errors), errors = vErrors.length)), validate136.errors = vErrors, errors === 0;
}
validate136.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var pattern20 = new RegExp("^[^=\\x00-\\x20]+$", "u"), pattern21 = new RegExp("^[^=\\x00-\\x20]+=", "u");
function validate135(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate135.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), !data || typeof data != "object") {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema47.type }, message: "must be object,array" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  if (typeof data == "object" && data && !Array.isArray(data))
    if (data && typeof data == "object" && !Array.isArray(data)) {
      for (let key0 in data)
        validate136(data[key0], { instancePath: instancePath + "/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), parentData: data, parentDataProperty: key0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate136.errors : vErrors.concat(validate136.errors), errors = vErrors.length);
      for (let key1 in data) {
        let before0 = errors, _errs5 = errors;
        if (errors === _errs5)
          if (typeof key1 == "string") {
            if (!pattern20.test(key1)) {
              let err1 = {};
              vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
            }
          } else {
            let err2 = {};
            vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
          }
        var valid2 = _errs5 === errors;
        if (!valid2) {
          errors = before0, vErrors !== null && (before0 ? vErrors.length = before0 : vErrors = null);
          let err3 = { instancePath, schemaPath: "#/byType/object/keys", keyword: "keys", params: { key: key1, must: "be the name of a variable" }, message: "key must be the name of a variable" };
          vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
        }
      }
    } else {
      let err4 = { instancePath, schemaPath: "#/byType/object/type", keyword: "type", params: { type: "object" }, message: "must be object" };
      vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
    }
  if (Array.isArray(data))
    if (Array.isArray(data)) {
      let len0 = data.length;
      for (let i0 = 0; i0 < len0; i0++) {
        let data1 = data[i0], _errs10 = errors, _errs11 = errors;
        if (errors === _errs11)
          if (typeof data1 == "string") {
            if (!pattern21.test(data1)) {
              let err5 = {};
              vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
            }
          } else {
            let err6 = {};
            vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
          }
        var valid5 = _errs11 === errors;
        if (valid5)
          errors = _errs10, vErrors !== null && (_errs10 ? vErrors.length = _errs10 : vErrors = null);
        else {
          errors = _errs10, vErrors !== null && (_errs10 ? vErrors.length = _errs10 : vErrors = null);
          let err7 = { instancePath: instancePath + "/" + i0, schemaPath: "#/byType/array/items/must", keyword: "must", params: { must: "be NAME=VALUE", words: [], text: "^[^=\\x00-\\x20]+=" }, message: "must be NAME=VALUE" };
          vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
        }
      }
    } else {
      let err8 = { instancePath, schemaPath: "#/byType/array/type", keyword: "type", params: { type: "array" }, message: "must be array" };
      vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
    }
  return validate135.errors = vErrors, errors === 0;
}
validate135.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var schema49 = { type: ["string", "array"], byType: { string: { $ref: "#/$defs/path" }, array: { type: "array", items: { type: ["string", "object"], byType: { string: { $ref: "#/$defs/path" }, object: { type: "object", properties: { path: { $ref: "#/$defs/path" }, required: { $ref: "#/$defs/flag" } }, only: ["path", "required"], required: ["path"] } } } } } };
function validate140(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate140.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string" && !Array.isArray(data)) {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema49.type }, message: "must be string,array" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  if (typeof data == "string" && (validate57(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), Array.isArray(data))
    if (Array.isArray(data)) {
      let len0 = data.length;
      for (let i0 = 0; i0 < len0; i0++) {
        let data0 = data[i0];
        if (typeof data0 != "string" && !(data0 && typeof data0 == "object" && !Array.isArray(data0))) {
          let err1 = { instancePath: instancePath + "/" + i0, schemaPath: "#/byType/array/items/type", keyword: "type", params: { type: schema49.byType.array.items.type }, message: "must be string,object" };
          vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
        }
        if (typeof data0 == "string" && (validate57(data0, { instancePath: instancePath + "/" + i0, parentData: data, parentDataProperty: i0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), typeof data0 == "object" && data0 && !Array.isArray(data0))
          if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
            if (data0.path === void 0) {
              let err2 = { instancePath: instancePath + "/" + i0, schemaPath: "#/byType/array/items/byType/object/required", keyword: "required", params: { missingProperty: "path" }, message: "must have required property 'path'" };
              vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
            }
            data0.path !== void 0 && (validate57(data0.path, { instancePath: instancePath + "/" + i0 + "/path", parentData: data0, parentDataProperty: "path", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), data0.required !== void 0 && (validate96(data0.required, { instancePath: instancePath + "/" + i0 + "/required", parentData: data0, parentDataProperty: "required", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors), errors = vErrors.length));
            for (let key0 in data0)
              if (!(key0 === "path" || key0 === "required" || key0.startsWith("x-"))) {
                let err3 = { instancePath: instancePath + "/" + i0, schemaPath: "#/byType/array/items/byType/object/only", keyword: "only", params: { key: key0, known: ["path", "required"] }, message: "unknown key" };
                vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
              }
          } else {
            let err4 = { instancePath: instancePath + "/" + i0, schemaPath: "#/byType/array/items/byType/object/type", keyword: "type", params: { type: "object" }, message: "must be object" };
            vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
          }
      }
    } else {
      let err5 = { instancePath, schemaPath: "#/byType/array/type", keyword: "type", params: { type: "array" }, message: "must be array" };
      vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
    }
  return validate140.errors = vErrors, errors === 0;
}
validate140.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var pattern22 = new RegExp("^[0-9]{1,15}(\\.[0-9]{1,9})? ?([kmgtKMGT][bB]?|[bB])$", "u");
function validate148(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate148.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (errors === _errs1)
    if (typeof data == "string") {
      if (!pattern22.test(data)) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
    } else {
      let err1 = {};
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err2 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be a size like 512KB or 10MB", words: [], text: "^[0-9]{1,15}(\\.[0-9]{1,9})? ?([kmgtKMGT][bB]?|[bB])$" }, message: "must be a size like 512KB or 10MB" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate148.errors = vErrors, errors === 0;
}
validate148.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate147(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate147.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.max_size !== void 0 && (validate148(data.max_size, { instancePath: instancePath + "/max_size", parentData: data, parentDataProperty: "max_size", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate148.errors : vErrors.concat(validate148.errors), errors = vErrors.length)), data.keep !== void 0) {
      let data1 = data.keep, _errs3 = errors, _errs4 = errors, _errs5 = errors, valid2 = !1, _errs6 = errors;
      if (!(typeof data1 == "number" && !(data1 % 1) && !isNaN(data1) && isFinite(data1))) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
      if (errors === _errs6 && typeof data1 == "number" && isFinite(data1)) {
        if (data1 > 100 || isNaN(data1)) {
          let err1 = {};
          vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
        } else if (data1 < 0 || isNaN(data1)) {
          let err2 = {};
          vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
        }
      }
      var _valid0 = _errs6 === errors;
      if (valid2 = valid2 || _valid0, valid2)
        errors = _errs5, vErrors !== null && (_errs5 ? vErrors.length = _errs5 : vErrors = null);
      else {
        let err3 = {};
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
      var valid1 = _errs4 === errors;
      if (valid1)
        errors = _errs3, vErrors !== null && (_errs3 ? vErrors.length = _errs3 : vErrors = null);
      else {
        errors = _errs3, vErrors !== null && (_errs3 ? vErrors.length = _errs3 : vErrors = null);
        let err4 = { instancePath: instancePath + "/keep", schemaPath: "#/properties/keep/must", keyword: "must", params: { must: "be a whole number from 0 to 100", words: [], text: "" }, message: "must be a whole number from 0 to 100" };
        vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
      }
    }
    for (let key0 in data)
      if (!(key0 === "max_size" || key0 === "keep" || key0.startsWith("x-"))) {
        let err5 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["max_size", "keep"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
      }
  } else {
    let err6 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
  }
  return validate147.errors = vErrors, errors === 0;
}
validate147.evaluated = { props: { max_size: !0, keep: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate81(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate81.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.port !== void 0) {
      let data0 = data.port, _errs1 = errors, _errs2 = errors, _errs3 = errors, valid2 = !1, _errs4 = errors;
      if (!(typeof data0 == "number" && !(data0 % 1) && !isNaN(data0) && isFinite(data0))) {
        let err0 = {};
        vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
      }
      if (errors === _errs4 && typeof data0 == "number" && isFinite(data0)) {
        if (data0 > 65535 || isNaN(data0)) {
          let err1 = {};
          vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
        } else if (data0 < 1 || isNaN(data0)) {
          let err2 = {};
          vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
        }
      }
      var _valid0 = _errs4 === errors;
      valid2 = valid2 || _valid0;
      let _errs6 = errors;
      if (data0 !== "auto") {
        let err3 = {};
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
      var _valid0 = _errs6 === errors;
      if (valid2 = valid2 || _valid0, valid2)
        errors = _errs3, vErrors !== null && (_errs3 ? vErrors.length = _errs3 : vErrors = null);
      else {
        let err4 = {};
        vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
      }
      var valid1 = _errs2 === errors;
      if (valid1)
        errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
      else {
        errors = _errs1, vErrors !== null && (_errs1 ? vErrors.length = _errs1 : vErrors = null);
        let err5 = { instancePath: instancePath + "/port", schemaPath: "#/properties/port/must", keyword: "must", params: { must: "be a port from 1 to 65535, or auto", words: ["auto"], text: "" }, message: "must be a port from 1 to 65535, or auto" };
        vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
      }
    }
    if (data.ports !== void 0) {
      let data1 = data.ports;
      if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
        for (let key0 in data1) {
          let data2 = data1[key0], _errs11 = errors, _errs12 = errors, _errs13 = errors, valid5 = !1, _errs14 = errors;
          if (!(typeof data2 == "number" && !(data2 % 1) && !isNaN(data2) && isFinite(data2))) {
            let err6 = {};
            vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
          }
          if (errors === _errs14 && typeof data2 == "number" && isFinite(data2)) {
            if (data2 > 65535 || isNaN(data2)) {
              let err7 = {};
              vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
            } else if (data2 < 1 || isNaN(data2)) {
              let err8 = {};
              vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
            }
          }
          var _valid1 = _errs14 === errors;
          valid5 = valid5 || _valid1;
          let _errs16 = errors;
          if (data2 !== "auto") {
            let err9 = {};
            vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
          }
          var _valid1 = _errs16 === errors;
          if (valid5 = valid5 || _valid1, valid5)
            errors = _errs13, vErrors !== null && (_errs13 ? vErrors.length = _errs13 : vErrors = null);
          else {
            let err10 = {};
            vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
          }
          var valid4 = _errs12 === errors;
          if (valid4)
            errors = _errs11, vErrors !== null && (_errs11 ? vErrors.length = _errs11 : vErrors = null);
          else {
            errors = _errs11, vErrors !== null && (_errs11 ? vErrors.length = _errs11 : vErrors = null);
            let err11 = { instancePath: instancePath + "/ports/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/ports/additionalProperties/must", keyword: "must", params: { must: "be a port from 1 to 65535, or auto", words: ["auto"], text: "" }, message: "must be a port from 1 to 65535, or auto" };
            vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
          }
        }
        for (let key1 in data1) {
          let before0 = errors, _errs17 = errors;
          if (errors === _errs17)
            if (typeof key1 == "string") {
              if (!pattern3.test(key1)) {
                let err12 = {};
                vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
              }
            } else {
              let err13 = {};
              vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
            }
          var valid6 = _errs17 === errors;
          if (!valid6) {
            errors = before0, vErrors !== null && (before0 ? vErrors.length = before0 : vErrors = null);
            let err14 = { instancePath: instancePath + "/ports", schemaPath: "#/properties/ports/keys", keyword: "keys", params: { key: key1, must: "consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" }, message: "key must consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters" };
            vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
          }
        }
      } else {
        let err15 = { instancePath: instancePath + "/ports", schemaPath: "#/properties/ports/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        vErrors === null ? vErrors = [err15] : vErrors.push(err15), errors++;
      }
    }
    if (data.bind !== void 0) {
      let data3 = data.bind, _errs20 = errors, _errs21 = errors, _errs22 = errors, valid8 = !1, _errs23 = errors;
      validate82(data3, { instancePath: instancePath + "/bind", parentData: data, parentDataProperty: "bind", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate82.errors : vErrors.concat(validate82.errors), errors = vErrors.length);
      var _valid2 = _errs23 === errors;
      valid8 = valid8 || _valid2;
      let _errs24 = errors;
      if (errors === _errs24)
        if (Array.isArray(data3))
          if (data3.length < 1) {
            let err16 = {};
            vErrors === null ? vErrors = [err16] : vErrors.push(err16), errors++;
          } else {
            var valid9 = !0;
            let len0 = data3.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let _errs26 = errors;
              validate82(data3[i0], { instancePath: instancePath + "/bind/" + i0, parentData: data3, parentDataProperty: i0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate82.errors : vErrors.concat(validate82.errors), errors = vErrors.length);
              var valid9 = _errs26 === errors;
              if (!valid9)
                break;
            }
            if (valid9 && new Set(data3).size < data3.length) {
              let err17 = {};
              vErrors === null ? vErrors = [err17] : vErrors.push(err17), errors++;
            }
          }
        else {
          let err18 = {};
          vErrors === null ? vErrors = [err18] : vErrors.push(err18), errors++;
        }
      var _valid2 = _errs24 === errors;
      if (valid8 = valid8 || _valid2, valid8)
        errors = _errs22, vErrors !== null && (_errs22 ? vErrors.length = _errs22 : vErrors = null);
      else {
        let err19 = {};
        vErrors === null ? vErrors = [err19] : vErrors.push(err19), errors++;
      }
      var valid7 = _errs21 === errors;
      if (valid7)
        errors = _errs20, vErrors !== null && (_errs20 ? vErrors.length = _errs20 : vErrors = null);
      else {
        errors = _errs20, vErrors !== null && (_errs20 ? vErrors.length = _errs20 : vErrors = null);
        let err20 = { instancePath: instancePath + "/bind", schemaPath: "#/properties/bind/must", keyword: "must", params: { must: "be an IPv4 or IPv6 address, like 127.0.0.1 or ::1", words: [], text: "" }, message: "must be an IPv4 or IPv6 address, like 127.0.0.1 or ::1" };
        vErrors === null ? vErrors = [err20] : vErrors.push(err20), errors++;
      }
    }
    if (data.extends !== void 0 && (validate85(data.extends, { instancePath: instancePath + "/extends", parentData: data, parentDataProperty: "extends", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate85.errors : vErrors.concat(validate85.errors), errors = vErrors.length)), data.description !== void 0 && typeof data.description != "string") {
      let err21 = { instancePath: instancePath + "/description", schemaPath: "#/properties/description/type", keyword: "type", params: { type: "string" }, message: "must be string" };
      vErrors === null ? vErrors = [err21] : vErrors.push(err21), errors++;
    }
    if (data.labels !== void 0) {
      let data7 = data.labels;
      if (data7 && typeof data7 == "object" && !Array.isArray(data7))
        for (let key2 in data7) {
          let data8 = data7[key2];
          if (typeof data8 != "string" && !(typeof data8 == "number" && isFinite(data8)) && typeof data8 != "boolean") {
            let err22 = { instancePath: instancePath + "/labels/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/labels/additionalProperties/type", keyword: "type", params: { type: schema31.properties.labels.additionalProperties.type }, message: "must be string,number,boolean" };
            vErrors === null ? vErrors = [err22] : vErrors.push(err22), errors++;
          }
        }
      else {
        let err23 = { instancePath: instancePath + "/labels", schemaPath: "#/properties/labels/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        vErrors === null ? vErrors = [err23] : vErrors.push(err23), errors++;
      }
    }
    if (data.url !== void 0 && typeof data.url != "string") {
      let err24 = { instancePath: instancePath + "/url", schemaPath: "#/properties/url/type", keyword: "type", params: { type: "string" }, message: "must be string" };
      vErrors === null ? vErrors = [err24] : vErrors.push(err24), errors++;
    }
    if (data.client !== void 0 && (validate72(data.client, { instancePath: instancePath + "/client", parentData: data, parentDataProperty: "client", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), data.profiles !== void 0) {
      let data11 = data.profiles;
      if (Array.isArray(data11)) {
        let len1 = data11.length;
        for (let i1 = 0; i1 < len1; i1++)
          validate91(data11[i1], { instancePath: instancePath + "/profiles/" + i1, parentData: data11, parentDataProperty: i1, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors), errors = vErrors.length);
      } else {
        let err25 = { instancePath: instancePath + "/profiles", schemaPath: "#/properties/profiles/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        vErrors === null ? vErrors = [err25] : vErrors.push(err25), errors++;
      }
    }
    if (data.depends_on !== void 0 && (validate93(data.depends_on, { instancePath: instancePath + "/depends_on", parentData: data, parentDataProperty: "depends_on", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate93.errors : vErrors.concat(validate93.errors), errors = vErrors.length)), data.ready !== void 0 && (validate100(data.ready, { instancePath: instancePath + "/ready", parentData: data, parentDataProperty: "ready", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate100.errors : vErrors.concat(validate100.errors), errors = vErrors.length)), data.healthcheck !== void 0 && (validate112(data.healthcheck, { instancePath: instancePath + "/healthcheck", parentData: data, parentDataProperty: "healthcheck", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate112.errors : vErrors.concat(validate112.errors), errors = vErrors.length)), data.restart !== void 0) {
      let data16 = data.restart, _errs45 = errors, _errs46 = errors, _errs47 = errors, valid14 = !1, _errs48 = errors;
      if (!(data16 === "no" || data16 === "on-failure" || data16 === "always")) {
        let err26 = {};
        vErrors === null ? vErrors = [err26] : vErrors.push(err26), errors++;
      }
      var _valid3 = _errs48 === errors;
      valid14 = valid14 || _valid3;
      let _errs49 = errors;
      if (errors === _errs49)
        if (typeof data16 == "string") {
          if (!pattern19.test(data16)) {
            let err27 = {};
            vErrors === null ? vErrors = [err27] : vErrors.push(err27), errors++;
          }
        } else {
          let err28 = {};
          vErrors === null ? vErrors = [err28] : vErrors.push(err28), errors++;
        }
      var _valid3 = _errs49 === errors;
      if (valid14 = valid14 || _valid3, valid14)
        errors = _errs47, vErrors !== null && (_errs47 ? vErrors.length = _errs47 : vErrors = null);
      else {
        let err29 = {};
        vErrors === null ? vErrors = [err29] : vErrors.push(err29), errors++;
      }
      var valid13 = _errs46 === errors;
      if (valid13)
        errors = _errs45, vErrors !== null && (_errs45 ? vErrors.length = _errs45 : vErrors = null);
      else {
        errors = _errs45, vErrors !== null && (_errs45 ? vErrors.length = _errs45 : vErrors = null);
        let err30 = { instancePath: instancePath + "/restart", schemaPath: "#/properties/restart/must", keyword: "must", params: { must: "be no, on-failure, on-failure:N or always", words: ["no", "on-failure", "always"], text: "" }, message: "must be no, on-failure, on-failure:N or always" };
        vErrors === null ? vErrors = [err30] : vErrors.push(err30), errors++;
      }
    }
    data.outcomes !== void 0 && (validate121(data.outcomes, { instancePath: instancePath + "/outcomes", parentData: data, parentDataProperty: "outcomes", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate121.errors : vErrors.concat(validate121.errors), errors = vErrors.length)), data.hooks !== void 0 && (validate125(data.hooks, { instancePath: instancePath + "/hooks", parentData: data, parentDataProperty: "hooks", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate125.errors : vErrors.concat(validate125.errors), errors = vErrors.length)), data.stop !== void 0 && (validate132(data.stop, { instancePath: instancePath + "/stop", parentData: data, parentDataProperty: "stop", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate132.errors : vErrors.concat(validate132.errors), errors = vErrors.length)), data.environment !== void 0 && (validate135(data.environment, { instancePath: instancePath + "/environment", parentData: data, parentDataProperty: "environment", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate135.errors : vErrors.concat(validate135.errors), errors = vErrors.length)), data.env_file !== void 0 && (validate140(data.env_file, { instancePath: instancePath + "/env_file", parentData: data, parentDataProperty: "env_file", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate140.errors : vErrors.concat(validate140.errors), errors = vErrors.length)), data.working_dir !== void 0 && (validate57(data.working_dir, { instancePath: instancePath + "/working_dir", parentData: data, parentDataProperty: "working_dir", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), data.logs !== void 0 && (validate147(data.logs, { instancePath: instancePath + "/logs", parentData: data, parentDataProperty: "logs", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate147.errors : vErrors.concat(validate147.errors), errors = vErrors.length));
  }
  return validate81.errors = vErrors, errors === 0;
}
validate81.evaluated = { props: { port: !0, ports: !0, bind: !0, extends: !0, description: !0, labels: !0, url: !0, client: !0, profiles: !0, depends_on: !0, ready: !0, healthcheck: !0, restart: !0, outcomes: !0, hooks: !0, stop: !0, environment: !0, env_file: !0, working_dir: !0, logs: !0 }, dynamicProps: !1, dynamicItems: !1 };
var pattern23 = new RegExp("^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){7}$", "u"), pattern24 = new RegExp("^[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]{1,5}$", "u");
function validate152(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate152.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.uid === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "uid" }, message: "must have required property 'uid'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.uid !== void 0) {
      let data0 = data.uid, _errs2 = errors, _errs3 = errors;
      if (errors === _errs3)
        if (typeof data0 == "string") {
          if (!pattern23.test(data0)) {
            let err1 = {};
            vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
          }
        } else {
          let err2 = {};
          vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
        }
      var valid1 = _errs3 === errors;
      if (valid1)
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
      else {
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
        let err3 = { instancePath: instancePath + "/uid", schemaPath: "#/properties/uid/must", keyword: "must", params: { must: "be 8 hex bytes separated by colons, like 80:00:00:00:01:00:0A:C2", words: [], text: "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){7}$" }, message: "must be 8 hex bytes separated by colons, like 80:00:00:00:01:00:0A:C2" };
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
    }
    if (data.account !== void 0 && (validate54(data.account, { instancePath: instancePath + "/account", parentData: data, parentDataProperty: "account", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors), errors = vErrors.length)), data.encryption !== void 0) {
      let data2 = data.encryption, _errs7 = errors, _errs8 = errors, _errs9 = errors, valid3 = !1, _errs10 = errors;
      if (!(data2 === "none" || data2 === "rc4" || data2 === "xxtea")) {
        let err4 = {};
        vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
      }
      var _valid0 = _errs10 === errors;
      if (valid3 = valid3 || _valid0, valid3)
        errors = _errs9, vErrors !== null && (_errs9 ? vErrors.length = _errs9 : vErrors = null);
      else {
        let err5 = {};
        vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
      }
      var valid2 = _errs8 === errors;
      if (valid2)
        errors = _errs7, vErrors !== null && (_errs7 ? vErrors.length = _errs7 : vErrors = null);
      else {
        errors = _errs7, vErrors !== null && (_errs7 ? vErrors.length = _errs7 : vErrors = null);
        let err6 = { instancePath: instancePath + "/encryption", schemaPath: "#/properties/encryption/must", keyword: "must", params: { must: "be none, rc4 or xxtea", words: ["none", "rc4", "xxtea"], text: "" }, message: "must be none, rc4 or xxtea" };
        vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
      }
    }
    if (data.max_depth !== void 0) {
      let data3 = data.max_depth, _errs12 = errors, _errs13 = errors, _errs14 = errors, valid5 = !1, _errs15 = errors;
      if (!(typeof data3 == "number" && !(data3 % 1) && !isNaN(data3) && isFinite(data3))) {
        let err7 = {};
        vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
      }
      if (errors === _errs15 && typeof data3 == "number" && isFinite(data3)) {
        if (data3 > 255 || isNaN(data3)) {
          let err8 = {};
          vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
        } else if (data3 < 1 || isNaN(data3)) {
          let err9 = {};
          vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
        }
      }
      var _valid1 = _errs15 === errors;
      if (valid5 = valid5 || _valid1, valid5)
        errors = _errs14, vErrors !== null && (_errs14 ? vErrors.length = _errs14 : vErrors = null);
      else {
        let err10 = {};
        vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
      }
      var valid4 = _errs13 === errors;
      if (valid4)
        errors = _errs12, vErrors !== null && (_errs12 ? vErrors.length = _errs12 : vErrors = null);
      else {
        errors = _errs12, vErrors !== null && (_errs12 ? vErrors.length = _errs12 : vErrors = null);
        let err11 = { instancePath: instancePath + "/max_depth", schemaPath: "#/properties/max_depth/must", keyword: "must", params: { must: "be a whole number from 1 to 255", words: [], text: "" }, message: "must be a whole number from 1 to 255" };
        vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
      }
    }
    if (data.server !== void 0) {
      let data4 = data.server, _errs18 = errors, _errs19 = errors;
      if (errors === _errs19)
        if (typeof data4 == "string") {
          if (!pattern24.test(data4)) {
            let err12 = {};
            vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
          }
        } else {
          let err13 = {};
          vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
        }
      var valid6 = _errs19 === errors;
      if (valid6)
        errors = _errs18, vErrors !== null && (_errs18 ? vErrors.length = _errs18 : vErrors = null);
      else {
        errors = _errs18, vErrors !== null && (_errs18 ? vErrors.length = _errs18 : vErrors = null);
        let err14 = { instancePath: instancePath + "/server", schemaPath: "#/properties/server/must", keyword: "must", params: { must: "be host:port, like 198.51.100.7:5959", words: [], text: "^[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]{1,5}$" }, message: "must be host:port, like 198.51.100.7:5959" };
        vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
      }
    }
    data.program !== void 0 && (validate57(data.program, { instancePath: instancePath + "/program", parentData: data, parentDataProperty: "program", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "uid" || key0 === "account" || key0 === "encryption" || key0 === "max_depth" || key0 === "server" || key0 === "program" || key0.startsWith("x-"))) {
        let err15 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["uid", "account", "encryption", "max_depth", "server", "program"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err15] : vErrors.push(err15), errors++;
      }
  } else {
    let err16 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err16] : vErrors.push(err16), errors++;
  }
  return validate152.errors = vErrors, errors === 0;
}
validate152.evaluated = { props: { uid: !0, account: !0, encryption: !0, max_depth: !0, server: !0, program: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate80(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate80.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), validate81(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors), errors = vErrors.length), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.connectd === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "connectd" }, message: "must have required property 'connectd'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    data.connectd !== void 0 && (validate152(data.connectd, { instancePath: instancePath + "/connectd", parentData: data, parentDataProperty: "connectd", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate152.errors : vErrors.concat(validate152.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "port" || key0 === "ports" || key0 === "bind" || key0 === "connectd" || key0 === "ssh" || key0 === "tcp" || key0 === "command" || key0 === "extends" || key0 === "description" || key0 === "labels" || key0 === "url" || key0 === "client" || key0 === "profiles" || key0 === "depends_on" || key0 === "ready" || key0 === "healthcheck" || key0 === "restart" || key0 === "outcomes" || key0 === "hooks" || key0 === "stop" || key0 === "environment" || key0 === "env_file" || key0 === "working_dir" || key0 === "logs" || key0.startsWith("x-"))) {
        let err1 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["port", "ports", "bind", "connectd", "ssh", "tcp", "command", "extends", "description", "labels", "url", "client", "profiles", "depends_on", "ready", "healthcheck", "restart", "outcomes", "hooks", "stop", "environment", "env_file", "working_dir", "logs"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
  } else {
    let err2 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate80.errors = vErrors, errors === 0;
}
validate80.evaluated = { props: { connectd: !0, port: !0, ports: !0, bind: !0, extends: !0, description: !0, labels: !0, url: !0, client: !0, profiles: !0, depends_on: !0, ready: !0, healthcheck: !0, restart: !0, outcomes: !0, hooks: !0, stop: !0, environment: !0, env_file: !0, working_dir: !0, logs: !0 }, dynamicProps: !1, dynamicItems: !1 };
var ssh = validate156;
var schema54 = { type: "object", properties: { to: { $ref: "#/$defs/text" }, forward: { must: { be: "be host:port, the path of a socket, or a list of forwards", words: [], text: "", schema: { type: ["string", "array"] } }, byType: { string: { $ref: "#/$defs/text" }, array: { type: "array", must: { be: "have at least one entry", words: [], text: "", schema: { minItems: 1 } }, items: { $ref: "#/$defs/sshForward" } } } }, reverse: { must: { be: "be a map with from and to, or a list of such maps", words: [], text: "", schema: { type: ["object", "array"] } }, byType: { object: { $ref: "#/$defs/sshReverse" }, array: { type: "array", must: { be: "have at least one entry", words: [], text: "", schema: { minItems: 1 } }, items: { $ref: "#/$defs/sshReverse" } } } }, dynamic: { $ref: "#/$defs/flag" }, jump: { type: ["string", "array"], byType: { string: { $ref: "#/$defs/text" }, array: { type: "array", items: { $ref: "#/$defs/text" } } } }, identity: { $ref: "#/$defs/paths" }, config: { $ref: "#/$defs/path" }, options: { type: "object", keys: { be: "be a key of ssh_config, like StrictHostKeyChecking", words: [], text: "^[A-Za-z][A-Za-z0-9]*$", schema: { pattern: "^[A-Za-z][A-Za-z0-9]*$", type: "string" } }, additionalProperties: { $ref: "#/$defs/sshOption" } } }, only: ["to", "forward", "reverse", "dynamic", "jump", "identity", "config", "options"], required: ["to"] };
var pattern25 = new RegExp(":|^/|\\{", "u");
function validate161(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate161.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (!(data && typeof data == "object" && !Array.isArray(data))) {
    let err0 = {};
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err1 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be a map with port and to, or like 15432:db.internal:5432", words: [], text: "" }, message: "must be a map with port and to, or like 15432:db.internal:5432" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  if (typeof data == "object" && data && !Array.isArray(data))
    if (data && typeof data == "object" && !Array.isArray(data)) {
      if (data.port === void 0) {
        let err2 = { instancePath, schemaPath: "#/byType/object/required", keyword: "required", params: { missingProperty: "port" }, message: "must have required property 'port'" };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
      if (data.to === void 0) {
        let err3 = { instancePath, schemaPath: "#/byType/object/required", keyword: "required", params: { missingProperty: "to" }, message: "must have required property 'to'" };
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
      if (data.port !== void 0) {
        let data0 = data.port, _errs6 = errors, _errs7 = errors, _errs8 = errors, valid4 = !1, _errs9 = errors;
        if (!(typeof data0 == "number" && !(data0 % 1) && !isNaN(data0) && isFinite(data0))) {
          let err4 = {};
          vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
        }
        if (errors === _errs9 && typeof data0 == "number" && isFinite(data0)) {
          if (data0 > 65535 || isNaN(data0)) {
            let err5 = {};
            vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
          } else if (data0 < 1 || isNaN(data0)) {
            let err6 = {};
            vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
          }
        }
        var _valid0 = _errs9 === errors;
        valid4 = valid4 || _valid0;
        let _errs11 = errors;
        if (data0 !== "auto") {
          let err7 = {};
          vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
        }
        var _valid0 = _errs11 === errors;
        if (valid4 = valid4 || _valid0, valid4)
          errors = _errs8, vErrors !== null && (_errs8 ? vErrors.length = _errs8 : vErrors = null);
        else {
          let err8 = {};
          vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
        }
        var valid3 = _errs7 === errors;
        if (valid3)
          errors = _errs6, vErrors !== null && (_errs6 ? vErrors.length = _errs6 : vErrors = null);
        else {
          errors = _errs6, vErrors !== null && (_errs6 ? vErrors.length = _errs6 : vErrors = null);
          let err9 = { instancePath: instancePath + "/port", schemaPath: "#/byType/object/properties/port/must", keyword: "must", params: { must: "be a port from 1 to 65535, or auto", words: ["auto"], text: "" }, message: "must be a port from 1 to 65535, or auto" };
          vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
        }
      }
      if (data.bind !== void 0 && (validate82(data.bind, { instancePath: instancePath + "/bind", parentData: data, parentDataProperty: "bind", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate82.errors : vErrors.concat(validate82.errors), errors = vErrors.length)), data.to !== void 0) {
        let data2 = data.to, _errs14 = errors, _errs15 = errors;
        if (errors === _errs15)
          if (typeof data2 == "string") {
            if (!pattern25.test(data2)) {
              let err10 = {};
              vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
            }
          } else {
            let err11 = {};
            vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
          }
        var valid5 = _errs15 === errors;
        if (valid5)
          errors = _errs14, vErrors !== null && (_errs14 ? vErrors.length = _errs14 : vErrors = null);
        else {
          errors = _errs14, vErrors !== null && (_errs14 ? vErrors.length = _errs14 : vErrors = null);
          let err12 = { instancePath: instancePath + "/to", schemaPath: "#/byType/object/properties/to/must", keyword: "must", params: { must: "be host:port or the absolute path of a socket", words: [], text: ":|^/|\\{" }, message: "must be host:port or the absolute path of a socket" };
          vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
        }
      }
      for (let key0 in data)
        if (!(key0 === "port" || key0 === "bind" || key0 === "to" || key0.startsWith("x-"))) {
          let err13 = { instancePath, schemaPath: "#/byType/object/only", keyword: "only", params: { key: key0, known: ["port", "bind", "to"] }, message: "unknown key" };
          vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
        }
    } else {
      let err14 = { instancePath, schemaPath: "#/byType/object/type", keyword: "type", params: { type: "object" }, message: "must be object" };
      vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
    }
  return validate161.errors = vErrors, errors === 0;
}
validate161.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var pattern26 = new RegExp(":|^/|^socks$|\\{", "u");
function validate164(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate164.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.from === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "from" }, message: "must have required property 'from'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.to === void 0) {
      let err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "to" }, message: "must have required property 'to'" };
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
    if (data.from !== void 0) {
      let data0 = data.from, _errs2 = errors, _errs3 = errors, _errs4 = errors, valid2 = !1, _errs5 = errors;
      if (!(typeof data0 == "number" && !(data0 % 1) && !isNaN(data0) && isFinite(data0))) {
        let err2 = {};
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
      if (errors === _errs5 && typeof data0 == "number" && isFinite(data0)) {
        if (data0 > 65535 || isNaN(data0)) {
          let err3 = {};
          vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
        } else if (data0 < 1 || isNaN(data0)) {
          let err4 = {};
          vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
        }
      }
      var _valid0 = _errs5 === errors;
      valid2 = valid2 || _valid0;
      let _errs7 = errors;
      if (errors === _errs7)
        if (typeof data0 == "string") {
          if (data0.length < 1) {
            let err5 = {};
            vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
          }
        } else {
          let err6 = {};
          vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
        }
      var _valid0 = _errs7 === errors;
      if (valid2 = valid2 || _valid0, valid2)
        errors = _errs4, vErrors !== null && (_errs4 ? vErrors.length = _errs4 : vErrors = null);
      else {
        let err7 = {};
        vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
      }
      var valid1 = _errs3 === errors;
      if (valid1)
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
      else {
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
        let err8 = { instancePath: instancePath + "/from", schemaPath: "#/properties/from/must", keyword: "must", params: { must: "be a port, address:port, or the path of a socket", words: [], text: "" }, message: "must be a port, address:port, or the path of a socket" };
        vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
      }
    }
    if (data.to !== void 0) {
      let data1 = data.to, _errs10 = errors, _errs11 = errors;
      if (errors === _errs11)
        if (typeof data1 == "string") {
          if (!pattern26.test(data1)) {
            let err9 = {};
            vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
          }
        } else {
          let err10 = {};
          vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
        }
      var valid3 = _errs11 === errors;
      if (valid3)
        errors = _errs10, vErrors !== null && (_errs10 ? vErrors.length = _errs10 : vErrors = null);
      else {
        errors = _errs10, vErrors !== null && (_errs10 ? vErrors.length = _errs10 : vErrors = null);
        let err11 = { instancePath: instancePath + "/to", schemaPath: "#/properties/to/must", keyword: "must", params: { must: "be host:port, the absolute path of a socket, or socks", words: [], text: ":|^/|^socks$|\\{" }, message: "must be host:port, the absolute path of a socket, or socks" };
        vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
      }
    }
    for (let key0 in data)
      if (!(key0 === "from" || key0 === "to" || key0.startsWith("x-"))) {
        let err12 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["from", "to"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
      }
  } else {
    let err13 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
  }
  return validate164.errors = vErrors, errors === 0;
}
validate164.evaluated = { props: { from: !0, to: !0 }, dynamicProps: !1, dynamicItems: !1 };
var schema57 = { type: ["string", "number", "boolean", "array"], byType: { string: { type: ["string", "number", "boolean"] }, number: { type: ["string", "number", "boolean"] }, boolean: { type: ["string", "number", "boolean"] }, array: { type: "array", items: { type: ["string", "number", "boolean"] } } } };
function validate172(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate172.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), typeof data != "string" && !(typeof data == "number" && isFinite(data)) && typeof data != "boolean" && !Array.isArray(data)) {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema57.type }, message: "must be string,number,boolean,array" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  if (typeof data == "string" && typeof data != "string" && !(typeof data == "number" && isFinite(data)) && typeof data != "boolean") {
    let err1 = { instancePath, schemaPath: "#/byType/string/type", keyword: "type", params: { type: schema57.byType.string.type }, message: "must be string,number,boolean" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  if (typeof data == "number" && typeof data != "string" && !(typeof data == "number" && isFinite(data)) && typeof data != "boolean") {
    let err2 = { instancePath, schemaPath: "#/byType/number/type", keyword: "type", params: { type: schema57.byType.number.type }, message: "must be string,number,boolean" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  if (typeof data == "boolean" && typeof data != "string" && !(typeof data == "number" && isFinite(data)) && typeof data != "boolean") {
    let err3 = { instancePath, schemaPath: "#/byType/boolean/type", keyword: "type", params: { type: schema57.byType.boolean.type }, message: "must be string,number,boolean" };
    vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
  }
  if (Array.isArray(data))
    if (Array.isArray(data)) {
      let len0 = data.length;
      for (let i0 = 0; i0 < len0; i0++) {
        let data0 = data[i0];
        if (typeof data0 != "string" && !(typeof data0 == "number" && isFinite(data0)) && typeof data0 != "boolean") {
          let err4 = { instancePath: instancePath + "/" + i0, schemaPath: "#/byType/array/items/type", keyword: "type", params: { type: schema57.byType.array.items.type }, message: "must be string,number,boolean" };
          vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
        }
      }
    } else {
      let err5 = { instancePath, schemaPath: "#/byType/array/type", keyword: "type", params: { type: "array" }, message: "must be array" };
      vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
    }
  return validate172.errors = vErrors, errors === 0;
}
validate172.evaluated = { dynamicProps: !1, dynamicItems: !1 };
var pattern27 = new RegExp("^[A-Za-z][A-Za-z0-9]*$", "u");
function validate158(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate158.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.to === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "to" }, message: "must have required property 'to'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.to !== void 0 && (validate66(data.to, { instancePath: instancePath + "/to", parentData: data, parentDataProperty: "to", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length)), data.forward !== void 0) {
      let data1 = data.forward, _errs3 = errors, _errs4 = errors;
      if (typeof data1 != "string" && !Array.isArray(data1)) {
        let err1 = {};
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
      var valid1 = _errs4 === errors;
      if (valid1)
        errors = _errs3, vErrors !== null && (_errs3 ? vErrors.length = _errs3 : vErrors = null);
      else {
        errors = _errs3, vErrors !== null && (_errs3 ? vErrors.length = _errs3 : vErrors = null);
        let err2 = { instancePath: instancePath + "/forward", schemaPath: "#/properties/forward/must", keyword: "must", params: { must: "be host:port, the path of a socket, or a list of forwards", words: [], text: "" }, message: "must be host:port, the path of a socket, or a list of forwards" };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
      if (typeof data1 == "string" && (validate66(data1, { instancePath: instancePath + "/forward", parentData: data, parentDataProperty: "forward", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length)), Array.isArray(data1)) {
        let _errs9 = errors, _errs10 = errors;
        if (Array.isArray(data1) && data1.length < 1) {
          let err3 = {};
          vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
        }
        var valid3 = _errs10 === errors;
        if (valid3)
          errors = _errs9, vErrors !== null && (_errs9 ? vErrors.length = _errs9 : vErrors = null);
        else {
          errors = _errs9, vErrors !== null && (_errs9 ? vErrors.length = _errs9 : vErrors = null);
          let err4 = { instancePath: instancePath + "/forward", schemaPath: "#/properties/forward/byType/array/must", keyword: "must", params: { must: "have at least one entry", words: [], text: "" }, message: "must have at least one entry" };
          vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
        }
        if (Array.isArray(data1)) {
          let len0 = data1.length;
          for (let i0 = 0; i0 < len0; i0++)
            validate161(data1[i0], { instancePath: instancePath + "/forward/" + i0, parentData: data1, parentDataProperty: i0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate161.errors : vErrors.concat(validate161.errors), errors = vErrors.length);
        } else {
          let err5 = { instancePath: instancePath + "/forward", schemaPath: "#/properties/forward/byType/array/type", keyword: "type", params: { type: "array" }, message: "must be array" };
          vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
        }
      }
    }
    if (data.reverse !== void 0) {
      let data3 = data.reverse, _errs13 = errors, _errs14 = errors;
      if (!data3 || typeof data3 != "object") {
        let err6 = {};
        vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
      }
      var valid6 = _errs14 === errors;
      if (valid6)
        errors = _errs13, vErrors !== null && (_errs13 ? vErrors.length = _errs13 : vErrors = null);
      else {
        errors = _errs13, vErrors !== null && (_errs13 ? vErrors.length = _errs13 : vErrors = null);
        let err7 = { instancePath: instancePath + "/reverse", schemaPath: "#/properties/reverse/must", keyword: "must", params: { must: "be a map with from and to, or a list of such maps", words: [], text: "" }, message: "must be a map with from and to, or a list of such maps" };
        vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
      }
      if (typeof data3 == "object" && data3 && !Array.isArray(data3) && (validate164(data3, { instancePath: instancePath + "/reverse", parentData: data, parentDataProperty: "reverse", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate164.errors : vErrors.concat(validate164.errors), errors = vErrors.length)), Array.isArray(data3)) {
        let _errs19 = errors, _errs20 = errors;
        if (Array.isArray(data3) && data3.length < 1) {
          let err8 = {};
          vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
        }
        var valid8 = _errs20 === errors;
        if (valid8)
          errors = _errs19, vErrors !== null && (_errs19 ? vErrors.length = _errs19 : vErrors = null);
        else {
          errors = _errs19, vErrors !== null && (_errs19 ? vErrors.length = _errs19 : vErrors = null);
          let err9 = { instancePath: instancePath + "/reverse", schemaPath: "#/properties/reverse/byType/array/must", keyword: "must", params: { must: "have at least one entry", words: [], text: "" }, message: "must have at least one entry" };
          vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
        }
        if (Array.isArray(data3)) {
          let len1 = data3.length;
          for (let i1 = 0; i1 < len1; i1++)
            validate164(data3[i1], { instancePath: instancePath + "/reverse/" + i1, parentData: data3, parentDataProperty: i1, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate164.errors : vErrors.concat(validate164.errors), errors = vErrors.length);
        } else {
          let err10 = { instancePath: instancePath + "/reverse", schemaPath: "#/properties/reverse/byType/array/type", keyword: "type", params: { type: "array" }, message: "must be array" };
          vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
        }
      }
    }
    if (data.dynamic !== void 0 && (validate96(data.dynamic, { instancePath: instancePath + "/dynamic", parentData: data, parentDataProperty: "dynamic", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors), errors = vErrors.length)), data.jump !== void 0) {
      let data6 = data.jump;
      if (typeof data6 != "string" && !Array.isArray(data6)) {
        let err11 = { instancePath: instancePath + "/jump", schemaPath: "#/properties/jump/type", keyword: "type", params: { type: schema54.properties.jump.type }, message: "must be string,array" };
        vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
      }
      if (typeof data6 == "string" && (validate66(data6, { instancePath: instancePath + "/jump", parentData: data, parentDataProperty: "jump", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length)), Array.isArray(data6))
        if (Array.isArray(data6)) {
          let len2 = data6.length;
          for (let i2 = 0; i2 < len2; i2++)
            validate66(data6[i2], { instancePath: instancePath + "/jump/" + i2, parentData: data6, parentDataProperty: i2, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length);
        } else {
          let err12 = { instancePath: instancePath + "/jump", schemaPath: "#/properties/jump/byType/array/type", keyword: "type", params: { type: "array" }, message: "must be array" };
          vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
        }
    }
    if (data.identity !== void 0 && (validate60(data.identity, { instancePath: instancePath + "/identity", parentData: data, parentDataProperty: "identity", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors), errors = vErrors.length)), data.config !== void 0 && (validate57(data.config, { instancePath: instancePath + "/config", parentData: data, parentDataProperty: "config", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors), errors = vErrors.length)), data.options !== void 0) {
      let data10 = data.options;
      if (data10 && typeof data10 == "object" && !Array.isArray(data10)) {
        for (let key0 in data10)
          validate172(data10[key0], { instancePath: instancePath + "/options/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), parentData: data10, parentDataProperty: key0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate172.errors : vErrors.concat(validate172.errors), errors = vErrors.length);
        for (let key1 in data10) {
          let before0 = errors, _errs35 = errors;
          if (errors === _errs35)
            if (typeof key1 == "string") {
              if (!pattern27.test(key1)) {
                let err13 = {};
                vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
              }
            } else {
              let err14 = {};
              vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
            }
          var valid15 = _errs35 === errors;
          if (!valid15) {
            errors = before0, vErrors !== null && (before0 ? vErrors.length = before0 : vErrors = null);
            let err15 = { instancePath: instancePath + "/options", schemaPath: "#/properties/options/keys", keyword: "keys", params: { key: key1, must: "be a key of ssh_config, like StrictHostKeyChecking" }, message: "key must be a key of ssh_config, like StrictHostKeyChecking" };
            vErrors === null ? vErrors = [err15] : vErrors.push(err15), errors++;
          }
        }
      } else {
        let err16 = { instancePath: instancePath + "/options", schemaPath: "#/properties/options/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        vErrors === null ? vErrors = [err16] : vErrors.push(err16), errors++;
      }
    }
    for (let key2 in data)
      if (!(key2 === "to" || key2 === "forward" || key2 === "reverse" || key2 === "dynamic" || key2 === "jump" || key2 === "identity" || key2 === "config" || key2 === "options" || key2.startsWith("x-"))) {
        let err17 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key2, known: ["to", "forward", "reverse", "dynamic", "jump", "identity", "config", "options"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err17] : vErrors.push(err17), errors++;
      }
  } else {
    let err18 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err18] : vErrors.push(err18), errors++;
  }
  return validate158.errors = vErrors, errors === 0;
}
validate158.evaluated = { props: { to: !0, forward: !0, reverse: !0, dynamic: !0, jump: !0, identity: !0, config: !0, options: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate156(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate156.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), validate81(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors), errors = vErrors.length), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.ssh === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "ssh" }, message: "must have required property 'ssh'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    data.ssh !== void 0 && (validate158(data.ssh, { instancePath: instancePath + "/ssh", parentData: data, parentDataProperty: "ssh", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate158.errors : vErrors.concat(validate158.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "port" || key0 === "ports" || key0 === "bind" || key0 === "connectd" || key0 === "ssh" || key0 === "tcp" || key0 === "command" || key0 === "extends" || key0 === "description" || key0 === "labels" || key0 === "url" || key0 === "client" || key0 === "profiles" || key0 === "depends_on" || key0 === "ready" || key0 === "healthcheck" || key0 === "restart" || key0 === "outcomes" || key0 === "hooks" || key0 === "stop" || key0 === "environment" || key0 === "env_file" || key0 === "working_dir" || key0 === "logs" || key0.startsWith("x-"))) {
        let err1 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["port", "ports", "bind", "connectd", "ssh", "tcp", "command", "extends", "description", "labels", "url", "client", "profiles", "depends_on", "ready", "healthcheck", "restart", "outcomes", "hooks", "stop", "environment", "env_file", "working_dir", "logs"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
  } else {
    let err2 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate156.errors = vErrors, errors === 0;
}
validate156.evaluated = { props: { ssh: !0, port: !0, ports: !0, bind: !0, extends: !0, description: !0, labels: !0, url: !0, client: !0, profiles: !0, depends_on: !0, ready: !0, healthcheck: !0, restart: !0, outcomes: !0, hooks: !0, stop: !0, environment: !0, env_file: !0, working_dir: !0, logs: !0 }, dynamicProps: !1, dynamicItems: !1 };
var tcp = validate175;
var pattern28 = new RegExp(":|\\{", "u");
function validate178(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate178.evaluated;
  evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0);
  let _errs0 = errors, _errs1 = errors;
  if (!(data && typeof data == "object" && !Array.isArray(data))) {
    let err0 = {};
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  var valid0 = _errs1 === errors;
  if (valid0)
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
  else {
    errors = _errs0, vErrors !== null && (_errs0 ? vErrors.length = _errs0 : vErrors = null);
    let err1 = { instancePath, schemaPath: "#/must", keyword: "must", params: { must: "be a map with port and to, or like 15432:10.0.0.5:5432", words: [], text: "" }, message: "must be a map with port and to, or like 15432:10.0.0.5:5432" };
    vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
  }
  if (typeof data == "object" && data && !Array.isArray(data))
    if (data && typeof data == "object" && !Array.isArray(data)) {
      if (data.port === void 0) {
        let err2 = { instancePath, schemaPath: "#/byType/object/required", keyword: "required", params: { missingProperty: "port" }, message: "must have required property 'port'" };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
      if (data.to === void 0) {
        let err3 = { instancePath, schemaPath: "#/byType/object/required", keyword: "required", params: { missingProperty: "to" }, message: "must have required property 'to'" };
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
      if (data.port !== void 0) {
        let data0 = data.port, _errs6 = errors, _errs7 = errors, _errs8 = errors, valid4 = !1, _errs9 = errors;
        if (!(typeof data0 == "number" && !(data0 % 1) && !isNaN(data0) && isFinite(data0))) {
          let err4 = {};
          vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
        }
        if (errors === _errs9 && typeof data0 == "number" && isFinite(data0)) {
          if (data0 > 65535 || isNaN(data0)) {
            let err5 = {};
            vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
          } else if (data0 < 1 || isNaN(data0)) {
            let err6 = {};
            vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
          }
        }
        var _valid0 = _errs9 === errors;
        valid4 = valid4 || _valid0;
        let _errs11 = errors;
        if (data0 !== "auto") {
          let err7 = {};
          vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
        }
        var _valid0 = _errs11 === errors;
        if (valid4 = valid4 || _valid0, valid4)
          errors = _errs8, vErrors !== null && (_errs8 ? vErrors.length = _errs8 : vErrors = null);
        else {
          let err8 = {};
          vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
        }
        var valid3 = _errs7 === errors;
        if (valid3)
          errors = _errs6, vErrors !== null && (_errs6 ? vErrors.length = _errs6 : vErrors = null);
        else {
          errors = _errs6, vErrors !== null && (_errs6 ? vErrors.length = _errs6 : vErrors = null);
          let err9 = { instancePath: instancePath + "/port", schemaPath: "#/byType/object/properties/port/must", keyword: "must", params: { must: "be a port from 1 to 65535, or auto", words: ["auto"], text: "" }, message: "must be a port from 1 to 65535, or auto" };
          vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
        }
      }
      if (data.bind !== void 0 && (validate82(data.bind, { instancePath: instancePath + "/bind", parentData: data, parentDataProperty: "bind", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate82.errors : vErrors.concat(validate82.errors), errors = vErrors.length)), data.to !== void 0) {
        let data2 = data.to, _errs14 = errors, _errs15 = errors;
        if (errors === _errs15)
          if (typeof data2 == "string") {
            if (!pattern28.test(data2)) {
              let err10 = {};
              vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
            }
          } else {
            let err11 = {};
            vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
          }
        var valid5 = _errs15 === errors;
        if (valid5)
          errors = _errs14, vErrors !== null && (_errs14 ? vErrors.length = _errs14 : vErrors = null);
        else {
          errors = _errs14, vErrors !== null && (_errs14 ? vErrors.length = _errs14 : vErrors = null);
          let err12 = { instancePath: instancePath + "/to", schemaPath: "#/byType/object/properties/to/must", keyword: "must", params: { must: "be host:port, like 10.0.0.5:6379", words: [], text: ":|\\{" }, message: "must be host:port, like 10.0.0.5:6379" };
          vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
        }
      }
      for (let key0 in data)
        if (!(key0 === "port" || key0 === "bind" || key0 === "to" || key0.startsWith("x-"))) {
          let err13 = { instancePath, schemaPath: "#/byType/object/only", keyword: "only", params: { key: key0, known: ["port", "bind", "to"] }, message: "unknown key" };
          vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
        }
    } else {
      let err14 = { instancePath, schemaPath: "#/byType/object/type", keyword: "type", params: { type: "object" }, message: "must be object" };
      vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
    }
  return validate178.errors = vErrors, errors === 0;
}
validate178.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate177(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate177.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.to !== void 0) {
      let data0 = data.to, _errs2 = errors, _errs3 = errors;
      if (errors === _errs3)
        if (typeof data0 == "string") {
          if (!pattern28.test(data0)) {
            let err0 = {};
            vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
          }
        } else {
          let err1 = {};
          vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
        }
      var valid1 = _errs3 === errors;
      if (valid1)
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
      else {
        errors = _errs2, vErrors !== null && (_errs2 ? vErrors.length = _errs2 : vErrors = null);
        let err2 = { instancePath: instancePath + "/to", schemaPath: "#/properties/to/must", keyword: "must", params: { must: "be host:port, like 10.0.0.5:6379", words: [], text: ":|\\{" }, message: "must be host:port, like 10.0.0.5:6379" };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
    }
    if (data.forward !== void 0) {
      let data1 = data.forward, _errs7 = errors, _errs8 = errors;
      if (Array.isArray(data1) && data1.length < 1) {
        let err3 = {};
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
      var valid2 = _errs8 === errors;
      if (valid2)
        errors = _errs7, vErrors !== null && (_errs7 ? vErrors.length = _errs7 : vErrors = null);
      else {
        errors = _errs7, vErrors !== null && (_errs7 ? vErrors.length = _errs7 : vErrors = null);
        let err4 = { instancePath: instancePath + "/forward", schemaPath: "#/properties/forward/must", keyword: "must", params: { must: "have at least one entry", words: [], text: "" }, message: "must have at least one entry" };
        vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
      }
      if (Array.isArray(data1)) {
        let len0 = data1.length;
        for (let i0 = 0; i0 < len0; i0++)
          validate178(data1[i0], { instancePath: instancePath + "/forward/" + i0, parentData: data1, parentDataProperty: i0, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate178.errors : vErrors.concat(validate178.errors), errors = vErrors.length);
      } else {
        let err5 = { instancePath: instancePath + "/forward", schemaPath: "#/properties/forward/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
      }
    }
    if (data.max_connections !== void 0) {
      let data3 = data.max_connections, _errs11 = errors, _errs12 = errors, _errs13 = errors, valid6 = !1, _errs14 = errors;
      if (!(typeof data3 == "number" && !(data3 % 1) && !isNaN(data3) && isFinite(data3))) {
        let err6 = {};
        vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
      }
      if (errors === _errs14 && typeof data3 == "number" && isFinite(data3)) {
        if (data3 > 65535 || isNaN(data3)) {
          let err7 = {};
          vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
        } else if (data3 < 1 || isNaN(data3)) {
          let err8 = {};
          vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
        }
      }
      var _valid0 = _errs14 === errors;
      if (valid6 = valid6 || _valid0, valid6)
        errors = _errs13, vErrors !== null && (_errs13 ? vErrors.length = _errs13 : vErrors = null);
      else {
        let err9 = {};
        vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
      }
      var valid5 = _errs12 === errors;
      if (valid5)
        errors = _errs11, vErrors !== null && (_errs11 ? vErrors.length = _errs11 : vErrors = null);
      else {
        errors = _errs11, vErrors !== null && (_errs11 ? vErrors.length = _errs11 : vErrors = null);
        let err10 = { instancePath: instancePath + "/max_connections", schemaPath: "#/properties/max_connections/must", keyword: "must", params: { must: "be a whole number from 1 to 65535", words: [], text: "" }, message: "must be a whole number from 1 to 65535" };
        vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
      }
    }
    data.idle_timeout !== void 0 && (validate109(data.idle_timeout, { instancePath: instancePath + "/idle_timeout", parentData: data, parentDataProperty: "idle_timeout", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "to" || key0 === "forward" || key0 === "max_connections" || key0 === "idle_timeout" || key0.startsWith("x-"))) {
        let err11 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["to", "forward", "max_connections", "idle_timeout"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
      }
  } else {
    let err12 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
  }
  return validate177.errors = vErrors, errors === 0;
}
validate177.evaluated = { props: { to: !0, forward: !0, max_connections: !0, idle_timeout: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate175(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate175.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), validate81(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors), errors = vErrors.length), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.tcp === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "tcp" }, message: "must have required property 'tcp'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    data.tcp !== void 0 && (validate177(data.tcp, { instancePath: instancePath + "/tcp", parentData: data, parentDataProperty: "tcp", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate177.errors : vErrors.concat(validate177.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "port" || key0 === "ports" || key0 === "bind" || key0 === "connectd" || key0 === "ssh" || key0 === "tcp" || key0 === "command" || key0 === "extends" || key0 === "description" || key0 === "labels" || key0 === "url" || key0 === "client" || key0 === "profiles" || key0 === "depends_on" || key0 === "ready" || key0 === "healthcheck" || key0 === "restart" || key0 === "outcomes" || key0 === "hooks" || key0 === "stop" || key0 === "environment" || key0 === "env_file" || key0 === "working_dir" || key0 === "logs" || key0.startsWith("x-"))) {
        let err1 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["port", "ports", "bind", "connectd", "ssh", "tcp", "command", "extends", "description", "labels", "url", "client", "profiles", "depends_on", "ready", "healthcheck", "restart", "outcomes", "hooks", "stop", "environment", "env_file", "working_dir", "logs"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
  } else {
    let err2 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate175.errors = vErrors, errors === 0;
}
validate175.evaluated = { props: { tcp: !0, port: !0, ports: !0, bind: !0, extends: !0, description: !0, labels: !0, url: !0, client: !0, profiles: !0, depends_on: !0, ready: !0, healthcheck: !0, restart: !0, outcomes: !0, hooks: !0, stop: !0, environment: !0, env_file: !0, working_dir: !0, logs: !0 }, dynamicProps: !1, dynamicItems: !1 };
var command = validate183;
var schema62 = { type: ["array", "object"], byType: { array: { $ref: "#/$defs/argv" }, object: { $ref: "#/$defs/shellLine" } } };
function validate187(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate187.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.run === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "run" }, message: "must have required property 'run'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.shell === void 0) {
      let err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "shell" }, message: "must have required property 'shell'" };
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
    data.run !== void 0 && (validate66(data.run, { instancePath: instancePath + "/run", parentData: data, parentDataProperty: "run", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors), errors = vErrors.length)), data.shell !== void 0 && (validate103(data.shell, { instancePath: instancePath + "/shell", parentData: data, parentDataProperty: "shell", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "run" || key0 === "shell" || key0.startsWith("x-"))) {
        let err2 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["run", "shell"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
  } else {
    let err3 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
  }
  return validate187.errors = vErrors, errors === 0;
}
validate187.evaluated = { props: { run: !0, shell: !0 }, dynamicProps: !1, dynamicItems: !1 };
function validate185(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate185.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), !data || typeof data != "object") {
    let err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema62.type }, message: "must be array,object" };
    vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
  }
  return Array.isArray(data) && (validate72(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors), errors = vErrors.length)), typeof data == "object" && data && !Array.isArray(data) && (validate187(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate187.errors : vErrors.concat(validate187.errors), errors = vErrors.length)), validate185.errors = vErrors, errors === 0;
}
validate185.evaluated = { dynamicProps: !1, dynamicItems: !1 };
function validate183(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate183.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), validate81(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors), errors = vErrors.length), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.command === void 0) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "command" }, message: "must have required property 'command'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    data.command !== void 0 && (validate185(data.command, { instancePath: instancePath + "/command", parentData: data, parentDataProperty: "command", rootData, dynamicAnchors }) || (vErrors = vErrors === null ? validate185.errors : vErrors.concat(validate185.errors), errors = vErrors.length));
    for (let key0 in data)
      if (!(key0 === "port" || key0 === "ports" || key0 === "bind" || key0 === "connectd" || key0 === "ssh" || key0 === "tcp" || key0 === "command" || key0 === "extends" || key0 === "description" || key0 === "labels" || key0 === "url" || key0 === "client" || key0 === "profiles" || key0 === "depends_on" || key0 === "ready" || key0 === "healthcheck" || key0 === "restart" || key0 === "outcomes" || key0 === "hooks" || key0 === "stop" || key0 === "environment" || key0 === "env_file" || key0 === "working_dir" || key0 === "logs" || key0.startsWith("x-"))) {
        let err1 = { instancePath, schemaPath: "#/only", keyword: "only", params: { key: key0, known: ["port", "ports", "bind", "connectd", "ssh", "tcp", "command", "extends", "description", "labels", "url", "client", "profiles", "depends_on", "ready", "healthcheck", "restart", "outcomes", "hooks", "stop", "environment", "env_file", "working_dir", "logs"] }, message: "unknown key" };
        vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
      }
  } else {
    let err2 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
  }
  return validate183.errors = vErrors, errors === 0;
}
validate183.evaluated = { props: { command: !0, port: !0, ports: !0, bind: !0, extends: !0, description: !0, labels: !0, url: !0, client: !0, profiles: !0, depends_on: !0, ready: !0, healthcheck: !0, restart: !0, outcomes: !0, hooks: !0, stop: !0, environment: !0, env_file: !0, working_dir: !0, logs: !0 }, dynamicProps: !1, dynamicItems: !1 };
var validators = { project, connectd, ssh, tcp, command };
export {
  validators
};
