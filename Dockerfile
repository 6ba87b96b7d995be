# The service alone. With models: docker build --build-arg EXTRAS='[models]' .
FROM python:3.11-slim
ARG EXTRAS=""
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY graph graph
COPY review review
COPY ingest ingest
COPY embeddings embeddings
COPY queries queries
COPY policygraph policygraph
COPY api api
RUN pip install --no-cache-dir -c constraints.txt ".${EXTRAS}" \
    && useradd --create-home policygraph \
    && mkdir /data && chown policygraph /data
USER policygraph
WORKDIR /data
# Others reach it here, so it starts only once there is a key: docker run … keys add NAME --scope admin
ENV POLICYGRAPH_HOST=0.0.0.0 POLICYGRAPH_PORT=8000 POLICYGRAPH_KEYS_FILE=/data/keys.json
EXPOSE 8000
VOLUME /data
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["policygraph"]
CMD ["serve"]
