% octave --eval backward, or backward in MATLAB.
% Arrays travel as base64: jsonencode prints 15 digits, and a double has up to 17.
function backward()
  hidden = struct("W", to_array([0.1 0.2; 0.3 -0.1; 0.0 0.4]), "b", [0 0 0], "activation", "relu");
  output = struct("W", to_array([0.5 -0.3 0.2]), "b", to_array(0), "activation", "sigmoid");
  answer = call_service("backward", struct( ...
    "network", struct("layers", {{hidden, output}}), ...
    "batch", struct("X", to_array([1 2 3 4 5; 5 4 3 2 1]), "Y", to_array([0 1 0 1 1])), ...
    "loss", "binary_crossentropy", "encoding", "base64"));

  disp(answer.meaning.dW.formula)
  format long
  for l = 1:numel(answer.layers)
    fprintf("dW%d\n", l);
    disp(to_matrix(answer.layers(l).dW))
  end
end

function answer = call_service(name, request)
  url = getenv("GRADIENTD_URL");
  if isempty(url), url = "http://127.0.0.1:8080"; end
  if ~exist("OCTAVE_VERSION", "builtin")
    answer = webwrite([url '/' name], request, weboptions("MediaType", "application/json"));
    return
  end
  % Octave's webwrite sends forms, and no JSON: curl does.
  file = [tempname() '.json'];
  body = fopen(file, "w");
  fprintf(body, "%s", jsonencode(request));
  fclose(body);
  [status, text] = system(sprintf( ...
    "curl -sS -H 'Content-Type: application/json' --data-binary @'%s' '%s/%s'", file, url, name));
  delete(file);
  if status ~= 0, error("no answer from %s", url); end
  answer = jsondecode(text);
  if isfield(answer, "detail"), error(answer.detail); end  % It names the field that is wrong.
end

function array = to_array(m)
  bytes = typecast(reshape(m.', 1, []), "uint8");  % row by row
  array = struct("shape", size(m), "dtype", "float64", "base64", matlab.net.base64encode(bytes));
end

function m = to_matrix(array)
  numbers = typecast(uint8(matlab.net.base64decode(array.base64)), "double");
  m = reshape(numbers, fliplr(array.shape(:).')).';
end
